"""Recipes: from the samples of a scrape to the values of a query, summed by service before anything is divided.

They say in Python what the `promql` of the same pack entry says to a Prometheus server. All are pure.
"""

from collections.abc import Mapping
from math import inf, isnan, nan
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from bot.sources.picks import Data, Group, Grouped, Grouping, Labels, Observed, Pick


class Gauge(Pick):
    """The value as it stands, times `scale`."""

    recipe: Literal["gauge"]
    scale: float = 1.0

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group."""
        return {key: self.scale * value for key, value in self.of(observed.latest, group).items()}


class Until(Pick):
    """Seconds until the earliest of some moments, which are told in epoch seconds; 0 once it is past."""

    recipe: Literal["until"]
    take: Literal["min"] = "min"

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group that has a moment; 0 or less stands for none."""
        moments = self.of(observed.latest, group)
        return {key: max(moment - observed.now, 0.0) for key, moment in moments.items() if moment > 0}


class Increase(Pick):
    """Growth over the last rounds, as a count of what is rare."""

    recipe: Literal["increase"]

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group; none in the first round."""
        return self.of(observed.increases, group)


class Rate(Pick):
    """Growth a second. `plus` names counters whose growth is added."""

    recipe: Literal["rate"]
    plus: tuple[str, ...] = ()

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group; none in the first round."""
        grown = self.of(observed.increases, group)
        for metric in self.plus:
            for key, more in Pick(metrics=(metric,)).of(observed.increases, group).items():
                grown[key] = grown.get(key, 0.0) + more
        return {key: value / observed.elapsed for key, value in grown.items() if observed.elapsed > 0}


class Ratio(Data):
    """Share of growth: of the series whose label matches `whole`, how much grew in those that match `part`.

    A group that grew by less than `least` is NaN: one failure out of two requests says nothing.
    """

    recipe: Literal["ratio"]
    metrics: tuple[str, ...] = Field(min_length=1)
    labels: tuple[str, ...] = Field(min_length=1)
    part: str
    whole: str = ".+"
    least: float = 0.0
    scale: float = 1.0

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value from 0 to `scale` for each group."""
        shares: Grouped = {}
        for metric in self.metrics:  # part and whole must be of the same metric
            whole = Pick(metrics=(metric,), labels=self.labels, like=self.whole).of(observed.increases, group)
            part = Pick(metrics=(metric,), labels=self.labels, like=self.part).of(observed.increases, group)
            for key, total in whole.items():
                usable = total > 0 and total >= self.least
                shares.setdefault(key, self.scale * _within(part.get(key, 0.0) / total, 0, 1) if usable else nan)
        return shares


class Quotient(Data):
    """Growth of `part` over the growth of all of `whole`: a share of two counters, or the mean time of an operation.

    A group whose whole grew by less than `least` is NaN. The quotient is from 0 to `most`; `complement` is 1 minus it.
    """

    recipe: Literal["quotient"]
    part: Pick
    whole: tuple[Pick, ...] = Field(min_length=1)
    least: float = 0.0
    most: float = 1.0
    complement: bool = False

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group that has the part and any of the whole."""
        wholes: Grouped = {}
        for one in self.whole:
            for key, value in one.of(observed.increases, group).items():
                wholes[key] = wholes.get(key, 0.0) + value
        parts = self.part.of(observed.increases, group)
        return {key: self._quotient(value, wholes[key]) for key, value in parts.items() if key in wholes}

    def _quotient(self, part: float, whole: float) -> float:
        if whole <= 0 or whole < self.least:
            return nan
        return _within(1 - part / whole if self.complement else part / whole, 0, self.most)


class Share(Data):
    """One gauge as a share of another, such as memory in use.

    complement: the rest, 1 minus the share, and never below 0.
    each: the share is taken for each combination of these labels; of a group the highest counts.
    most: the highest value that makes sense; 100 for percent.
    """

    recipe: Literal["share"]
    part: Pick
    whole: Pick
    complement: bool = False
    scale: float = 1.0
    each: tuple[str, ...] = ()
    most: float = inf

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group that has both."""

        def finer(labels: Labels) -> Group:
            return (*group(labels), *((name, labels.get(name, "")) for name in self.each))

        part, whole = self.part.of(observed.latest, finer), self.whole.of(observed.latest, finer)
        found: Grouped = {}
        for key, value in part.items():
            if whole.get(key, 0.0) > 0:
                coarse = key[: len(key) - len(self.each)]
                found[coarse] = max(found.get(coarse, -inf), self._share(value, whole[key]))
        return found

    def _share(self, part: float, whole: float) -> float:
        share = max(1 - part / whole, 0.0) if self.complement else part / whole
        return min(self.scale * share, self.most)


class CpuPercent(Data):
    """Seconds of work a second over the cores that exist, in percent. Where no metric tells the cores, one is taken."""

    recipe: Literal["cpu_percent"]
    metrics: tuple[str, ...] = Field(min_length=1)
    cores: tuple[str, ...] = ()

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """0 to 100 for each group; none in the first round."""
        if observed.elapsed <= 0:
            return {}
        spent = Pick(metrics=self.metrics).of(observed.increases, group)
        cores = Pick(metrics=self.cores).of(observed.latest, group) if self.cores else {}
        return {
            key: _within(100 * seconds / observed.elapsed / max(cores.get(key, 1.0), 1.0), 0, 100)
            for key, seconds in spent.items()
        }


class Quantile(Data):
    """A quantile from the growth of histogram buckets; NaN where fewer than `least` were counted."""

    recipe: Literal["quantile"]
    metrics: tuple[str, ...] = Field(min_length=1)
    q: float = Field(gt=0, lt=1)
    least: float = 0.0

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group."""
        found: Grouped = {}
        for metric in self.metrics:
            buckets: dict[Group, dict[float, float]] = {}
            for labels, grown in observed.increases.get(metric, ()):
                bounds = buckets.setdefault(group(labels), {})
                bound = _bound(labels.get("le", ""))
                bounds[bound] = bounds.get(bound, 0.0) + grown
            for key, bounds in buckets.items():
                usable = bounds.get(inf, 0.0) >= self.least
                found.setdefault(key, quantile(self.q, bounds) if usable else nan)
        return found


Recipe: TypeAlias = Annotated[
    Gauge | Until | Increase | Rate | Ratio | Quotient | Share | CpuPercent | Quantile, Field(discriminator="recipe")
]


def reads(recipe: Recipe) -> tuple[set[str], set[str]]:
    """The metrics that a recipe reads: those it takes as they stand, and the counters whose growth it takes."""
    match recipe:
        case Gauge() | Until():
            return set(recipe.metrics), set()
        case Share():
            return {*recipe.part.metrics, *recipe.whole.metrics}, set()
        case CpuPercent():
            return set(recipe.cores), set(recipe.metrics)
        case Rate():
            return set(), {*recipe.metrics, *recipe.plus}
        case Quotient():
            return set(), {metric for pick in (recipe.part, *recipe.whole) for metric in pick.metrics}
        case Increase() | Ratio() | Quantile():
            return set(), set(recipe.metrics)


def quantile(q: float, buckets: Mapping[float, float]) -> float:
    """The q-quantile of cumulative bucket counts by upper bound, as Prometheus's `histogram_quantile` takes it.

    Linear inside a bucket; the lowest begins at 0; in the +Inf bucket the answer is the highest finite bound.
    Counts that fall from one bound to the next (scrapes caught between two writes) are lifted first.

    Returns:
        The quantile; NaN without a +Inf bucket, without a finite one, or without a count.
    """
    bounds = sorted(bound for bound in buckets if not isnan(bound))
    if len(bounds) < 2 or bounds[-1] != inf:
        return nan
    lower, below = 0.0, 0.0
    rank = q * max(buckets[bound] for bound in bounds)
    if rank <= 0:
        return nan
    for bound in bounds[:-1]:
        count = max(buckets[bound], below)
        if count >= rank:
            return bound if bounds[0] == bound <= 0 else lower + (bound - lower) * (rank - below) / (count - below)
        lower, below = bound, count
    return lower


def _bound(le: str) -> float:
    try:
        return float(le)
    except ValueError:
        return nan


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
