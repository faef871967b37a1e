"""What one source's samples and lines say: the banks of its queries, and what they call anomalous in a tick."""

import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from bot.domain.charts import Chart, Point, chart_of
from bot.domain.roster import EMPTY, Roster, keys_of, services_of
from bot.domain.samples import LogLine, Pull, Query, Roll, Series
from bot.domain.signals import Sight, Signal
from bot.domain.tuning import signature
from bot.flow.chorus import TOGETHER, Chorus, is_chorus
from detectors.archive import pack
from detectors.bank import Bank
from detectors.model import Anomaly, Floats
from detectors.patterns import PatternAnomaly, Patterns
from detectors.templates import looks_like_error

PATTERNS = "log_patterns"
"""The name under which the log patterns are kept beside the queries."""

KEEP = 900.0
"""Seconds after which a series that does not come any more is forgotten, and what was said of it ends; see `keep`."""

PATIENCE = 20
"""Ticks that it is waited for a series at least, where ticks are rare."""

MOST_TICKS, LEAST_TICKS, MOST_POINTS = 120, 20, 20_000_000
"""What is remembered for charts: ticks of a series, and of many series so few that it is so many points of a source."""

PRESENCE = frozenset({"presence", "silence"})
"""The detectors that speak of absence: they learn no band."""

MOST_CHARTS = 60
"""The series of a source that an incident draws at most."""

LOUD = frozenset({"error", "critical", "fatal", "alert", "emergency", "panic"})


@dataclass(slots=True)
class _View:
    """One query. `roster` are its series: those of the newest batch, and those that the bank remembers still."""

    query: Query
    bank: Bank
    newest: Roll = ()
    roster: Roster = field(default_factory=lambda: Roster((), (), EMPTY))

    def meet(self, series: Roll) -> None:
        """Takes note of whose samples come now: nearly always the same as before."""
        if series is self.newest:
            return
        roster = Roster.of(series)
        here = set(roster.keys)
        silent = [at for at, key in enumerate(self.roster.keys) if key not in here and key in self.bank]
        self.newest, self.roster = series, roster.joined(self.roster, silent) if silent else roster

    def chart(self, series: Series, since: Mapping[str, float]) -> Chart:
        """The course of one series, newer than `since[series]`."""
        band = self.bank.bands([series.key]).get(series.key)
        after = since.get(series.key, 0.0)
        points = [_point(at, value, band) for at, value in self.bank.course(series.key) if at > after]
        return chart_of(self.query, series, points)


def depth(series: int) -> int:
    """The ticks that are remembered for charts where a source has so many series."""
    return max(LEAST_TICKS, min(MOST_TICKS, MOST_POINTS // max(series, 1) // LEAST_TICKS * LEAST_TICKS))


def keep(every: float) -> float:
    """Seconds after which a series is forgotten whose samples should come every so often."""
    return max(KEEP, PATIENCE * every)


class Eyes:
    """The memory of one source. A restart restores it from snapshots, or back-fills it from the source."""

    def __init__(self, every: float, snapshots: Mapping[str, bytes] | None = None) -> None:
        """Knows nothing yet but snapshots. `every`: seconds between ticks."""
        self._views: dict[str, _View] = {}
        self._snapshots = dict(snapshots or {})
        self._factors: Mapping[str, float] = {}
        self._patterns = Patterns(every=every, warm_up=max(20.0, 4 * every), quiet=max(10.0, 4 * every))
        if state := self._snapshots.pop(PATTERNS, b""):
            with suppress(ValueError, AttributeError):  # of another version, or damaged: learned afresh
                self._patterns.restore(json.loads(state))

    def tune(self, factors: Mapping[str, float]) -> None:
        """From now on the thresholds of these signatures are so many times as wide."""
        self._factors = factors

    def look(self, pull: Pull, now: float, tracked: Mapping[str, str]) -> list[Sight]:
        """Every tick of a pull, oldest first; its log lines belong to the newest.

        Args:
            pull: what the source gave.
            now: epoch seconds.
            tracked: the series of each signal key that is on its way to fire or to clear.
        """
        return merged(self.glances(pull, now, tracked))

    def glances(self, pull: Pull, now: float, tracked: Mapping[str, str]) -> Iterator[Sight]:
        """What `look` merges, one tick of one query at a time, so that others can have their turn in between."""
        chorus = Chorus(tracked)
        newest = max((float(batch.times[-1]) for batch in pull.batches if len(batch.times)), default=now)
        ticks = depth(sum(len(batch.series) for batch in pull.batches))
        for batch in pull.batches:
            view, keys = self._view(batch.query), keys_of(batch.series)
            view.bank.remember(ticks)
            view.meet(batch.series)
            moved = self._moved(batch.query, batch.series)
            for time, row in zip(batch.times.tolist(), batch.values, strict=True):
                verdict = view.bank.update(time, keys, row, moved)
                if TOGETHER in batch.query.detectors:
                    chorus.hear(time, batch, row, view.bank)
                said = [_of_anomaly(one, view) for one in verdict.anomalies]
                yield Sight(time, said, _normal(view, tracked) if verdict.seen else {})
        yield from chorus.sights()
        yield replace(self._read(pull.lines, now), at=newest)

    def charts(self, services: Collection[str], since: Mapping[str, float], first: Collection[str] = ()) -> list[Chart]:
        """The recent course of the series of these services with the band of now, each newer than `since[series]`.

        Of more than MOST_CHARTS, the series in `first` come first.
        """
        chosen = [
            (view, place) for view in self._views.values() for place in view.roster.of_services(services).tolist()
        ]
        chosen.sort(key=lambda one: one[0].roster.keys[one[1]] not in first)
        drawn = (view.chart(view.roster[place], since) for view, place in chosen[:MOST_CHARTS])
        return [chart for chart in drawn if chart.points]

    def snapshots(self) -> Callable[[], dict[str, bytes]]:
        """The state of every bank, by query, and of the log patterns: copied now, packed when called, in any thread."""
        banks = {name: view.bank.snapshot() for name, view in self._views.items()}
        patterns = self._patterns.snapshot()

        def packed() -> dict[str, bytes]:
            archives = {name: pack(arrays) for name, arrays in banks.items()}
            return {**archives, PATTERNS: json.dumps(patterns).encode()}

        return packed

    def _moved(self, query: Query, series: Roll) -> dict[str, Floats]:
        """For the detectors of a query some of whose thresholds were moved, the factor of each series."""
        moved = {
            name.rpartition("#")[2] for name in self._factors if name.rpartition("#")[0].endswith(f"/{query.name}")
        }
        if not moved:
            return {}
        services, places = services_of(series)
        return {
            detector: np.array([self._factors.get(f"{name}/{query.name}#{detector}", 1.0) for name in services])[places]
            for detector in moved
        }

    def _view(self, query: Query) -> _View:
        view = self._views.get(query.name)
        if view is None:
            bank = Bank(query.traits, query.detectors, keep(query.traits.every), MOST_TICKS)
            self._restore(query.name, bank)
            view = self._views[query.name] = _View(query, bank)
        return view

    def _restore(self, query: str, bank: Bank) -> None:
        state = self._snapshots.pop(query, None)
        if state is None:
            return
        with suppress(ValueError):  # of another version or other settings: the bank learns afresh
            bank.from_bytes(state)

    def _read(self, lines: Sequence[LogLine], now: float) -> Sight:
        said = [(line.service, line.text, line.level in LOUD or looks_like_error(line.text)) for line in lines]
        verdict = self._patterns.update(now, said)
        found = [one for one in map(_of_pattern, verdict.found) if one.score >= self._limit(one)]
        return Sight(now, found, ended=verdict.silent)

    def _limit(self, one: Signal) -> float:
        """The score at which a log pattern is told: none is needed while nobody called such a problem none."""
        factor = self._factors.get(signature(one), 1.0)
        return factor / (1.0 + factor) if factor > 1.0 else 0.0


def _normal(view: _View, tracked: Mapping[str, str]) -> dict[str, float]:
    """Of the tracked keys of this view those whose series looks normal now, with its value.

    A bank that is still learning after a restart calls nothing anomalous; that is no sign of health.
    """
    mine = {key: series for key, series in tracked.items() if series in view.bank and not is_chorus(key)}
    if not mine:
        return {}
    absent = PRESENCE & set(view.query.detectors)
    learned = set(mine.values()) if absent else view.bank.bands(list(mine.values())).keys()
    values = zip(mine.items(), view.bank.values(list(mine.values())).tolist(), strict=True)
    return {key: value for (key, series), value in values if series in learned and not math.isnan(value)}


def merged(glances: Iterable[Sight]) -> list[Sight]:
    """The ticks of a pull, oldest first."""
    ticks: dict[float, list[Sight]] = {}
    for glance in glances:
        ticks.setdefault(glance.at, []).append(glance)
    return [_merged(time, ticks[time]) for time in sorted(ticks)]


def _merged(time: float, sights: Sequence[Sight]) -> Sight:
    return Sight(
        at=time,
        statements=[statement for sight in sights for statement in sight.statements],
        normal={key: value for sight in sights for key, value in sight.normal.items()},
        ended={key for sight in sights for key in sight.ended},
    )


def _of_anomaly(anomaly: Anomaly, view: _View) -> Signal:
    series, query = view.roster[view.roster.find(anomaly.key)], view.query
    presence = anomaly.detector in PRESENCE
    return Signal(
        key=f"{anomaly.key}#{anomaly.detector}",
        series=anomaly.key,
        service=series.service,
        query=query.name,
        title=f"{series.labels.get('instance', 'it')} is down" if presence else query.title,
        unit=query.unit,
        kind="presence" if presence else "metric",
        onset=anomaly.time,
        at=anomaly.time,
        value=_finite(anomaly.value) or 0.0,
        expected=_finite(anomaly.expected),
        peak=_finite(anomaly.value) or 0.0,
        score=anomaly.score,
    )


def _of_pattern(pattern: PatternAnomaly) -> Signal:
    anomaly = pattern.anomaly
    return Signal(
        key=anomaly.key,
        series=anomaly.key,
        service=pattern.service,
        query="log_pattern",
        title="new error in the log" if pattern.novel else "errors in the log jump",
        unit="per_second",
        kind="log",
        onset=anomaly.time,
        at=anomaly.time,
        value=anomaly.value,
        expected=_finite(anomaly.expected),
        peak=anomaly.value,
        score=anomaly.score,
        detail=pattern.template,
        example=pattern.example,
    )


def _point(at: float, value: float, band: tuple[float, float, float] | None) -> Point:
    expected, low, high = (_finite(edge) for edge in band) if band else (None, None, None)
    return Point(at, value, expected, low, high)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
