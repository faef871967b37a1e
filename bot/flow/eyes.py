"""What one source's samples and lines say: the banks of its queries, and what they call anomalous in a tick."""

import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from bot.domain import tuning
from bot.domain.charts import Chart, Point, chart_of
from bot.domain.filling import Filling, place
from bot.domain.roster import EMPTY, Roster, keys_of, services_of
from bot.domain.samples import Batch, LogLine, Pull, Query, Roll, Series
from bot.domain.signals import Sight, Signal
from bot.domain.tuning import signature
from bot.flow.chorus import TOGETHER, Chorus, is_chorus
from bot.flow.peers import SIBLINGS, Peers, is_peer
from bot.flow.statements import FORECAST, PRESENCE, finite, of_anomaly, of_pattern
from bot.flow.tally import RATES, Tally, chosen, is_error
from detectors.archive import pack
from detectors.bank import Bank
from detectors.forecast import left
from detectors.model import Floats
from detectors.patterns import Patterns

PATTERNS = "log_patterns"
"""The name under which the log patterns are kept beside the queries."""

KEEP = 900.0
"""Seconds after which a series that does not come any more is forgotten, and what was said of it ends; see `keep`."""

PATIENCE = 20
"""Ticks that it is waited for a series at least, where ticks are rare."""


MOST_TICKS, LEAST_TICKS, MOST_POINTS = 120, 20, 20_000_000
"""What is remembered for charts: ticks of a series, and of many series so few that it is so many points of a source."""

MOST_CHARTS = 60
"""The series of a source that an incident draws at most."""


DAYS = 4 * 86400.0
"""Seconds ahead that `Eyes.filling` looks, and further where people want to know earlier."""


@dataclass(slots=True)
class _View:
    """One query. `roster` are its series: those of the newest batch, and those that the bank remembers still."""

    query: Query
    bank: Bank
    peers: Peers | None
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

    def of(self, key: str) -> Series:
        """The series with this key; it is there."""
        return self.roster[self.roster.find(key)]

    def chart(self, series: Series, since: Mapping[str, float]) -> Chart:
        """The course of one series, newer than `since[series]`."""
        band = self.bank.bands([series.key]).get(series.key)
        after = since.get(series.key, 0.0)
        points = [_point(at, value, band) for at, value in self.bank.course(series.key) if at > after]
        return chart_of(self.query, series, points)

    def filling(self) -> Iterable[Filling]:
        """The series that will be full within days, or in the time before that people want to know."""
        if FORECAST not in self.query.detectors:
            return
        ahead, query = self.query.traits.ahead, self.query
        scores = self.bank.scores(FORECAST, self.roster.keys).tolist()
        for number, seconds in enumerate(left(score, ahead) for score in scores):
            if seconds <= max(DAYS, ahead) and (course := self.bank.course(self.roster.keys[number])):
                one = self.roster[number]
                where = place(one.labels, one.service)
                yield Filling(one.service, query.title, where, query.unit, course[-1][1], seconds)


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
        self._tally = Tally(every)
        self.note = ""
        """What a person should know of the last look, one clear line."""
        self._patterns = Patterns(every=every, warm_up=max(20.0, 4 * every), quiet=max(10.0, 4 * every))
        if state := self._snapshots.pop(PATTERNS, b""):
            with suppress(ValueError, AttributeError):  # of another version, or damaged: learned afresh
                self._patterns.restore(json.loads(state))

    def tune(self, factors: Mapping[str, float]) -> None:
        """From now on the thresholds of these signatures are so many times as wide."""
        self._factors = factors

    def look(self, pull: Pull, now: float, tracked: Mapping[str, str]) -> list[Sight]:
        """Every tick of a pull, oldest first; its log lines belong to the newest, where their rates are series too.

        Args:
            pull: what the source gave.
            now: epoch seconds.
            tracked: the series of each signal key that is on its way to fire or to clear.
        """
        return merged(self.glances(pull, now, tracked))

    def glances(self, pull: Pull, now: float, tracked: Mapping[str, str]) -> Iterator[Sight]:
        """What `look` merges, one tick of one query at a time, so that others can have their turn in between."""
        newest = max((float(batch.times[-1]) for batch in pull.batches if len(batch.times)), default=now)
        sight, rates, told = self._read(pull.lines, now, newest)
        yield sight
        chorus, ticks = Chorus(tracked), depth(sum(len(batch.series) for batch in pull.batches))
        for batch in (*pull.batches, *rates):
            view, keys = self._view(batch.query), keys_of(batch.series)
            view.bank.remember(ticks)
            view.meet(batch.series)
            moved = self._moved(batch.query, batch.series)
            for time, row in zip(batch.times.tolist(), batch.values, strict=True):
                verdict = view.bank.update(time, keys, row, moved)
                if TOGETHER in batch.query.detectors:
                    chorus.hear(time, batch, row, view.bank)
                said = [
                    of_anomaly(one, view.roster[view.roster.find(one.key)], view.query) for one in verdict.anomalies
                ]
                if batch.query.name in RATES:
                    said = _once(said, told, tracked)
                yield Sight(time, said, _normal(view, tracked) if verdict.seen else {})
                if view.peers is not None:
                    yield self._heeded(view.peers.hear(time, batch, row, tracked))
        yield from map(self._heeded, chorus.sights())

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

    def filling(self) -> list[Filling]:
        """The series that will be full within days."""
        return [one for view in self._views.values() for one in view.filling()]

    def snapshots(self) -> Callable[[], dict[str, bytes]]:
        """The state of every bank, by query, and of the log patterns: copied now, packed when called, in any thread."""
        banks = {name: view.bank.snapshot() for name, view in self._views.items()}
        banks |= {
            f"{name}#{SIBLINGS}": view.peers.snapshot() for name, view in self._views.items() if view.peers is not None
        }
        patterns = self._patterns.snapshot()

        def packed() -> dict[str, bytes]:
            archives = {name: pack(arrays) for name, arrays in banks.items()}
            return {**archives, PATTERNS: json.dumps(patterns).encode()}

        return packed

    def _moved(self, query: Query, series: Roll) -> dict[str, Floats]:
        """For the detectors of a query some of whose thresholds were moved, the factor of each series.

        Not for those that say nothing of a series alone; see `_heeded`.
        """
        own = {name.rpartition("#")[2] for name in self._factors if name.rpartition("#")[0].endswith(f"/{query.name}")}
        every = set(query.detectors) - PRESENCE if tuning.ALL in self._factors else set[str]()
        if not (moved := (own | every) - {TOGETHER, SIBLINGS}):
            return {}
        services, places = services_of(series)
        return {
            name: np.array([tuning.of(f"{one}/{query.name}#{name}", self._factors) for one in services])[places]
            for name in moved
        }

    def _view(self, query: Query) -> _View:
        view = self._views.get(query.name)
        if view is None:
            alone = [name for name in query.detectors if name != SIBLINGS]
            bank = Bank(query.traits, alone, keep(query.traits.every), MOST_TICKS)
            peers = Peers(query) if SIBLINGS in query.detectors else None
            self._restore(query.name, bank)
            if peers is not None:
                self._restore(f"{query.name}#{SIBLINGS}", peers)
            view = self._views[query.name] = _View(query, bank, peers)
        return view

    def _restore(self, name: str, learner: Bank | Peers) -> None:
        state = self._snapshots.pop(name, None)
        if state is None:
            return
        with suppress(ValueError):  # of another version or other settings: it learns afresh
            learner.from_bytes(state)

    def _read(self, lines: Sequence[LogLine], now: float, newest: float) -> tuple[Sight, list[Batch], set[str]]:
        """What the lines say, their rates as series, and the services whose lines are explained by that already."""
        read = [(line, is_error(line)) for line in chosen(lines)]
        some = f"{len(read)} of {len(lines)} log lines were read, and all counted: more came than are read in a tick"
        self.note = some if len(read) < len(lines) else ""
        verdict = self._patterns.update(now, [(line.service, line.text, error) for line, error in read])
        sight = Sight(newest, [of_pattern(one) for one in verdict.found], ended=verdict.silent)
        rates = self._tally.count(newest, lines, read)
        told = set(self._tally.explain({one.service for one in verdict.found}, now))
        return self._heeded(sight), rates, told

    def _heeded(self, sight: Sight) -> Sight:
        """A sight without those statements whose thresholds were widened, and which do not reach them any more."""
        return replace(sight, statements=[one for one in sight.statements if one.score >= self._limit(one)])

    def _limit(self, one: Signal) -> float:
        """The score at which it is told: none is needed while nobody called such a problem none."""
        factor = tuning.of(signature(one), self._factors)
        return factor / (1.0 + factor) if factor > 1.0 else 0.0


def _once(said: Iterable[Signal], told: set[str], tracked: Collection[str]) -> list[Signal]:
    """What is said of log rates, once a service; `told` are those that had their word. What is tracked goes on."""
    kept = [one for one in said if one.key in tracked or one.service not in told]
    told.update(one.service for one in kept)
    return kept


def _normal(view: _View, tracked: Mapping[str, str]) -> dict[str, float]:
    """Of the tracked keys of this view those whose series looks normal now, with its value.

    A bank that is still learning after a restart calls nothing anomalous; that is no sign of health.
    """
    mine = {
        key: series for key, series in tracked.items() if series in view.bank and not (is_chorus(key) or is_peer(key))
    }
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


def _point(at: float, value: float, band: tuple[float, float, float] | None) -> Point:
    expected, low, high = (finite(edge) for edge in band) if band else (None, None, None)
    return Point(at, value, expected, low, high)
