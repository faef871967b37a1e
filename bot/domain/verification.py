"""Whether an action helped: a second look at the incident's own series and at the target."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from actions.model import State
from bot.domain.charts import Chart
from bot.domain.execution import Measure, Result
from bot.domain.signals import UNSEEN, Signal
from bot.domain.words import count


@dataclass(frozen=True, slots=True)
class Rules:
    """after: seconds after the action before which nothing counts; within: seconds after which the answer is due.

    stale: a series whose newest sample is older than this many seconds says nothing.
    """

    after: float = 60.0
    within: float = 300.0
    stale: float = 90.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result and its reason in words; None as result: it is too early to say."""

    result: Result | None
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen now: the incident's signals, its charts, the target's state (None: it cannot be had)."""

    signals: Sequence[Signal]
    charts: Sequence[Chart]
    state: State | None
    executed_at: float
    now: float


def judge(look: Look, rules: Rules) -> Verdict:
    """Recovered as soon as every signal cleared and the target settled; other answers when the time is over.

    A series that is not seen any more cannot prove a recovery: then the answer is unclear, never recovered. But where
    the action replaced an instance, its healthy successor answers for it.
    """
    elapsed = look.now - look.executed_at
    if elapsed < rules.after:
        return Verdict(None, "too early")
    since = max(look.executed_at, look.now - rules.stale)  # what was seen before the action says nothing of it
    fresh = {chart.series for chart in look.charts if chart.last and chart.last.at >= since}
    signals = [signal for signal in look.signals if not _succeeded(signal, look, fresh)]
    firing = [signal for signal in signals if signal.firing]
    blind = _blind(signals, look.charts, fresh)
    settled = look.state is None or look.state.settled
    if not firing and not blind and settled and not _doubtful(signals):
        healthy = " and the target is healthy" if look.state else ", though the target cannot say how it is"
        return Verdict("recovered", f"every signal of the incident cleared{healthy}")
    if elapsed < rules.within:
        return Verdict(None, f"{count(len(firing), 'signal')} still firing")
    if blind:
        return Verdict("unclear", f"{blind[0]} gives no samples, so nobody can say")
    return _late(signals, look.executed_at)


def _late(signals: Sequence[Signal], executed_at: float) -> Verdict:
    """The verdict when the time is over and the series can be seen."""
    firing = [signal for signal in signals if signal.firing]
    begun = [signal for signal in firing if signal.onset > executed_at]
    if begun:
        return Verdict("worse", f"{begun[0].service} {begun[0].title} began only after the action")
    if firing:
        return Verdict("not_recovered", f"{count(len(firing), 'signal')} still firing")
    if doubtful := _doubtful(signals):
        return Verdict("unclear", f"{doubtful[0].service} {doubtful[0].title} was not seen to be normal again")
    return Verdict("unclear", "the signals cleared but the target is not healthy yet")


def _doubtful(signals: Iterable[Signal]) -> list[Signal]:
    """Those that ended without being seen to be normal again."""
    return [signal for signal in signals if signal.end in UNSEEN]


def measures(signals: Iterable[Signal], charts: Sequence[Chart], first: str) -> tuple[Measure, ...]:
    """Before and after of the series of these signals: the peak then, the newest value now; service `first` leads."""
    by_series = {chart.series: chart for chart in charts}
    found = []
    for signal in sorted(signals, key=lambda signal: (signal.service != first, -signal.score)):
        if signal.kind != "metric":
            continue
        chart = by_series.get(signal.series)
        point = chart.last if chart else None
        after = point.value if point else None
        found.append(
            Measure(signal.series, signal.title, signal.service, signal.unit, signal.peak, after, signal.expected)
        )
    return tuple(found)


def _succeeded(signal: Signal, look: Look, fresh: Collection[str]) -> bool:
    """Whether the signal's instance is gone while another one of the same service answers the same query, unharmed."""
    if signal.kind == "log" or signal.series in fresh:
        return False
    sick = {other.series for other in look.signals if other.firing}
    siblings = [chart for chart in look.charts if (chart.service, chart.query) == (signal.service, signal.query)]
    return any(chart.series in fresh and chart.series not in sick for chart in siblings)


def _blind(signals: Sequence[Signal], charts: Sequence[Chart], fresh: Collection[str]) -> list[str]:
    """Series without a fresh sample. Absence is what a presence signal is about: it is blind only when all are."""
    if charts and not fresh:
        return sorted(signal.series for signal in signals) or ["every series"]
    return sorted(signal.series for signal in signals if signal.kind == "metric" and signal.series not in fresh)
