"""What one source's samples and lines say: the banks of its queries, and what they call anomalous in a tick."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from bot.domain.charts import Chart, Point, chart_of
from bot.domain.filling import Filling, place
from bot.domain.samples import Batch, LogLine, Pull, Query, Series
from bot.domain.signals import Sight, Signal
from bot.domain.tuning import signature
from bot.flow.chorus import TOGETHER, Chorus, is_chorus
from bot.flow.history import History
from bot.flow.peers import SIBLINGS, Peers, is_peer
from bot.flow.statements import FORECAST, PRESENCE, finite, of_anomaly, of_pattern
from bot.flow.tally import RATES, Tally, chosen, is_error
from detectors.archive import pack
from detectors.bank import Bank
from detectors.forecast import left
from detectors.model import Floats, Verdict
from detectors.patterns import Patterns

PATTERNS = "log_patterns"
"""The name under which the log patterns are kept beside the queries."""

KEEP = 900.0
"""Seconds after which a series that does not come any more is forgotten, and what was said of it ends; see `keep`."""

PATIENCE = 20
"""Ticks that it is waited for a series at least, where ticks are rare."""


MOST_CHARTS = 60
"""The series of a source that an incident draws at most."""


DAYS = 4 * 86400.0
"""Seconds ahead that `Eyes.filling` looks, and further where people want to know earlier."""


@dataclass(slots=True)
class _View:
    query: Query
    bank: Bank
    peers: Peers | None
    history: History = field(default_factory=History)
    series: dict[str, Series] = field(default_factory=dict)

    def forget(self, keys: Sequence[str]) -> None:
        """Lets go of series that the bank has forgotten."""
        self.history.forget(keys)
        for key in keys:
            self.series.pop(key, None)

    def chart(self, series: Series, since: Mapping[str, float]) -> Chart:
        """The course of one series, newer than `since[series]`."""
        band = self.bank.bands([series.key]).get(series.key)
        after = since.get(series.key, 0.0)
        points = [_point(at, value, band) for at, value in self.history.course(series.key) if at > after]
        return chart_of(self.query, series, points)

    def filling(self) -> Iterable[Filling]:
        """The series that will be full within days, or in the time before that people want to know."""
        ahead, query = self.query.traits.ahead, self.query
        scores = self.bank.scores(FORECAST, list(self.series)).tolist()
        for one, seconds in zip(self.series.values(), (left(score, ahead) for score in scores), strict=True):
            if seconds <= max(DAYS, ahead) and (course := self.history.course(one.key)):
                where = place(one.labels, one.service)
                yield Filling(one.service, query.title, where, query.unit, course[-1][1], seconds)


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
        newest = max((float(batch.times[-1]) for batch in pull.batches if len(batch.times)), default=now)
        sight, rates, told = self._read(pull.lines, now, newest)
        ticks: dict[float, list[Sight]] = {newest: [sight]}
        chorus = Chorus(tracked)
        for batch in (*pull.batches, *rates):
            view = self._view(batch.query)
            for time, verdict, row in self._ticks(batch, view):
                if TOGETHER in batch.query.detectors:
                    chorus.hear(time, batch, row, view.bank)
                values = dict(zip((series.key for series in batch.series), row.tolist(), strict=True))
                said = [of_anomaly(one, view.series[one.key], view.query) for one in verdict.anomalies]
                if batch.query.name in RATES:
                    said = _once(said, told, tracked)
                sights = ticks.setdefault(time, [])
                sights.append(Sight(time, said, _normal(view, verdict, tracked, values)))
                if view.peers is not None:
                    sights.append(self._heeded(view.peers.hear(time, batch, row, tracked)))
                view.forget(verdict.gone)
        for sight in chorus.sights():
            ticks[sight.at].append(self._heeded(sight))
        return [_merged(time, ticks[time]) for time in sorted(ticks)]

    def charts(self, services: Collection[str], since: Mapping[str, float], first: Collection[str] = ()) -> list[Chart]:
        """The recent course of the series of these services with the band of now, each newer than `since[series]`.

        Of more than MOST_CHARTS, the series in `first` come first.
        """
        chosen = [
            (view, series)
            for view in self._views.values()
            for series in view.series.values()
            if series.service in services
        ]
        chosen.sort(key=lambda one: one[1].key not in first)
        return [chart for view, series in chosen[:MOST_CHARTS] if (chart := view.chart(series, since)).points]

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

    def _ticks(self, batch: Batch, view: _View) -> Iterable[tuple[float, Verdict, Floats]]:
        keys = [series.key for series in batch.series]
        view.series.update((series.key, series) for series in batch.series)
        for time, values in zip(batch.times.tolist(), batch.values, strict=True):
            view.history.add(time, keys, values)
            yield time, view.bank.update(time, keys, values, self._moved(batch)), values

    def _moved(self, batch: Batch) -> dict[str, Floats]:
        """For the detectors of a query some of whose thresholds were moved, the factor of each series.

        Not for those that say nothing of a series alone; see `_heeded`.
        """
        query = batch.query.name
        moved = {name.rpartition("#")[2] for name in self._factors if name.rpartition("#")[0].endswith(f"/{query}")}
        moved -= {TOGETHER, SIBLINGS}
        return {
            detector: np.array([self._factors.get(f"{one.service}/{query}#{detector}", 1.0) for one in batch.series])
            for detector in moved
        }

    def _view(self, query: Query) -> _View:
        view = self._views.get(query.name)
        if view is None:
            alone = [name for name in query.detectors if name != SIBLINGS]
            bank = Bank(query.traits, alone, keep(query.traits.every))
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
        factor = self._factors.get(signature(one), 1.0)
        return factor / (1.0 + factor) if factor > 1.0 else 0.0


def _once(said: Iterable[Signal], told: set[str], tracked: Collection[str]) -> list[Signal]:
    """What is said of log rates, once a service; `told` are those that had their word. What is tracked goes on."""
    kept = [one for one in said if one.key in tracked or one.service not in told]
    told.update(one.service for one in kept)
    return kept


def _normal(view: _View, verdict: Verdict, tracked: Mapping[str, str], values: Mapping[str, float]) -> dict[str, float]:
    """Of the tracked keys of this view those whose series looks normal now, with its value.

    A bank that is still learning after a restart calls nothing anomalous; that is no sign of health.
    """
    alone = {key: series for key, series in tracked.items() if not is_chorus(key) and not is_peer(key)}
    mine = {key: series for key, series in alone.items() if series in view.series}
    if not mine:
        return {}
    absent = PRESENCE & set(view.query.detectors)
    learned = set(mine.values()) if absent else set(view.bank.bands(list(mine.values())))
    normal = learned & set(verdict.seen)
    return {key: values[series] for key, series in mine.items() if series in normal}


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
