"""Recipes: from the samples of a scrape to the values of a query, summed by service before anything is divided.

They say in Python what the `promql` of the same pack entry says to a Prometheus server. All are pure.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite, isnan, nan
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Labels: TypeAlias = Mapping[str, str]
Point: TypeAlias = tuple[Labels, float]
Group: TypeAlias = tuple[tuple[str, str], ...]
Grouping: TypeAlias = Callable[[Labels], Group]
Grouped: TypeAlias = dict[Group, float]


@dataclass(frozen=True, slots=True)
class Observed:
    """What a round of scrapes saw, by metric name.

    latest: the values of this round.
    increases: how much each counter grew over the last `elapsed` seconds.
    """

    latest: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    increases: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    elapsed: float = 0.0


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pick(_Data):
    """Some series of the first of `metrics` that a group has. With `labels`, one of them must match `like` in full."""

    metrics: tuple[str, ...] = Field(min_length=1)
    labels: tuple[str, ...] = ()
    like: str = ".+"
    take: Literal["sum", "min", "max", "count"] = "sum"

    def of(self, points: Mapping[str, Sequence[Point]], group: Grouping) -> Grouped:
        """One value for each group."""
        found: Grouped = {}
        for metric in self.metrics:
            for key, values in _gather(self._matching(points.get(metric, ())), group).items():
                found.setdefault(key, _TAKE[self.take](values))
        return found

    def _matching(self, points: Iterable[Point]) -> Iterable[Point]:
        pattern = re.compile(self.like)
        for labels, value in points:
            if isfinite(value) and (
                not self.labels or any(pattern.fullmatch(labels.get(name, "")) for name in self.labels)
            ):
                yield labels, value


_TAKE: dict[str, Callable[[Sequence[float]], float]] = {"sum": sum, "min": min, "max": max, "count": len}


def _gather(points: Iterable[Point], group: Grouping) -> dict[Group, list[float]]:
    gathered: dict[Group, list[float]] = {}
    for labels, value in points:
        gathered.setdefault(group(labels), []).append(value)
    return gathered


class Gauge(Pick):
    """The value as it stands."""

    recipe: Literal["gauge"]

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group."""
        return self.of(observed.latest, group)


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


class Ratio(_Data):
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


class Share(_Data):
    """One gauge as a share of another, such as memory in use. `complement` gives the rest: 1 minus the share."""

    recipe: Literal["share"]
    part: Pick
    whole: Pick
    complement: bool = False
    scale: float = 1.0

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """One value for each group that has both."""
        part, whole = self.part.of(observed.latest, group), self.whole.of(observed.latest, group)
        return {key: self._share(value, whole[key]) for key, value in part.items() if whole.get(key, 0.0) > 0}

    def _share(self, part: float, whole: float) -> float:
        return self.scale * (1 - part / whole if self.complement else part / whole)


class CpuPercent(_Data):
    """Seconds of CPU a second over the cores that exist, in percent. Where no metric tells the cores, one is taken."""

    recipe: Literal["cpu_percent"]
    metrics: tuple[str, ...] = Field(min_length=1)
    cores: tuple[str, ...] = Field(min_length=1)

    def evaluate(self, observed: Observed, group: Grouping) -> Grouped:
        """0 to 100 for each group; none in the first round."""
        if observed.elapsed <= 0:
            return {}
        spent = Pick(metrics=self.metrics).of(observed.increases, group)
        cores = Pick(metrics=self.cores).of(observed.latest, group)
        return {
            key: _within(100 * seconds / observed.elapsed / max(cores.get(key, 1.0), 1.0), 0, 100)
            for key, seconds in spent.items()
        }


class Quantile(_Data):
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


Recipe: TypeAlias = Annotated[Gauge | Rate | Ratio | Share | CpuPercent | Quantile, Field(discriminator="recipe")]


def reads(recipe: Recipe) -> tuple[set[str], set[str]]:
    """The metrics that a recipe reads: those it takes as they stand, and the counters whose growth it takes."""
    match recipe:
        case Gauge():
            return set(recipe.metrics), set()
        case Share():
            return {*recipe.part.metrics, *recipe.whole.metrics}, set()
        case CpuPercent():
            return set(recipe.cores), set(recipe.metrics)
        case Rate():
            return set(), {*recipe.metrics, *recipe.plus}
        case Ratio() | Quantile():
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
