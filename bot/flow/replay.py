"""History through the live code: the same banks, debounce, correlation and ends; no store, no message, no action."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from bot.domain import signals
from bot.domain.charts import Chart
from bot.domain.filing import Cabinet
from bot.domain.incident import Incident
from bot.domain.samples import Pull
from bot.domain.signals import Signal, Track
from bot.flow.eyes import Eyes
from bot.flow.watch import Scope, lasting


@dataclass(slots=True)
class _Lane:
    """One source: what `Watch` remembers of it."""

    eyes: Eyes
    rules: signals.Rules
    tracks: dict[str, Track] = field(default_factory=dict)


class Replay:
    """Gives the incidents that watching would have opened.

    every: seconds between ticks, for each source by name.
    scope: as for `Watch`.
    quiet: seconds after which an incident ends of which nothing fires any more, as for `Tend`.
    """

    def __init__(self, every: Mapping[str, float], scope: Scope, quiet: float) -> None:
        self._lanes = {name: _Lane(Eyes(one), lasting(scope.debounce, one)) for name, one in every.items()}
        self._scope = scope
        for lane in self._lanes.values():
            lane.eyes.tune(scope.tuning)
        self._quiet = quiet
        self._numbers = count(1)
        self._live: dict[str, Incident] = {}
        self._over: list[Incident] = []

    @property
    def incidents(self) -> list[Incident]:
        """All so far, oldest first; those that are not resolved are open still."""
        return sorted([*self._over, *self._live.values()], key=lambda one: (one.opened_at, one.id))

    def tick(self, source: str, now: float, pull: Pull) -> Sequence[Incident]:
        """Takes one tick of a source, not older than the tick before of any; gives the incidents that changed."""
        lane = self._lanes[source]
        changes: list[Signal] = []
        tracked = {key: track.signal.series for key, track in lane.tracks.items()}
        for sight in lane.eyes.look(pull, now, tracked):
            lane.tracks, changed = signals.fold(lane.tracks, sight, lane.rules)
            changes += changed
        touched = self._file(lane, changes, now) if changes else []
        return [self._live[one] for one in dict.fromkeys([*touched, *self._end(now)])]

    def charts(self, one: Incident) -> Mapping[str, Chart]:
        """The recent course of the series that an incident began with, each with its band of now."""
        wanted = {signal.series for signal in one.signals.values()}
        drawn = (lane.eyes.charts(one.services, {}, wanted) for lane in self._lanes.values())
        return {chart.series: chart for charts in drawn for chart in charts if chart.series in wanted}

    def _file(self, lane: _Lane, changes: Sequence[Signal], now: float) -> list[str]:
        self._shelve(now)
        newest = {key: track.signal for key, track in lane.tracks.items()}
        cabinet = Cabinet(self._live, newest, self._scope.filing, lambda: f"{next(self._numbers):05}")
        changed = [one for one, _ in cabinet.file(changes, now)]
        self._live.update({one.id: one for one in changed})
        return [one.id for one in changed]

    def _shelve(self, now: float) -> None:
        """Takes away what ended for so long that nothing can reopen it."""
        since = now - self._scope.filing.near.reopen
        old = [one for one in self._live.values() if one.resolved_at is not None and one.resolved_at <= since]
        self._over += old
        for one in old:
            del self._live[one.id]

    def _end(self, now: float) -> list[str]:
        over = [one for one in self._live.values() if one.over(now, self._quiet)]
        self._live.update({one.id: replace(one.move("resolved", now), due=frozenset()) for one in over})
        return [one.id for one in over]


def moments(pull: Pull) -> Iterator[tuple[float, Pull]]:
    """The ticks of a long pull, oldest first, each as watching would have pulled it. Log lines are left out."""
    times = sorted({time for batch in pull.batches for time in batch.times.tolist()})
    places = [dict(zip(batch.times.tolist(), range(len(batch.times)), strict=True)) for batch in pull.batches]
    for time in times:
        batches = [
            replace(batch, times=batch.times[at : at + 1], values=batch.values[at : at + 1])
            for batch, place in zip(pull.batches, places, strict=True)
            if (at := place.get(time)) is not None
        ]
        yield time, Pull(batches)
