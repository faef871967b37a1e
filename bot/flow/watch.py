"""Steps 1 to 5: pull, detect, fold, correlate, and save what became of it."""

import asyncio
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain import filing, signals, tuning
from bot.domain.charts import Chart
from bot.domain.errors import SourceError, StoreError
from bot.domain.filing import Cabinet
from bot.domain.filling import Filling
from bot.domain.incident import Incident
from bot.domain.samples import Window
from bot.domain.signals import Sight, Signal, Track
from bot.flow.eyes import Eyes, keep, merged
from bot.flow.ids import fresh
from bot.ports import Clock, Health, Resumable, Source
from bot.ports.store import Store, Unit

FINE_CHARTS = 3600.0
"""Seconds after the opening during which every tick is drawn; afterwards one in five minutes."""

COARSE = 300.0

AT_ONCE = 10
"""Incidents that are drawn in one tick; the points of the others are drawn in one of the next."""

FLOOD = 100
"""Signals that begin or end in one tick and are filed on the event loop at most."""

UNSAVED = 120
"""Ticks that are kept while the store fails; older ones are forgotten."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What watching needs to know: what belongs together, how long is long enough, and the config's factors."""

    filing: filing.Rules
    debounce: signals.Rules = field(default_factory=signals.Rules)
    tuning: Mapping[str, float] = field(default_factory=dict)


def lasting(rules: signals.Rules, every: float) -> signals.Rules:
    """The rules for ticks that are so many seconds apart: a key is not lost before its series is forgotten."""
    return replace(rules, lost_after=max(rules.lost_after, math.ceil(keep(every) / every)))


class Watch:
    """Watches one source. Its memory can be lost: rows, snapshots and the source's history bring it back."""

    def __init__(self, source: Source, store: Store, clock: Clock, scope: Scope, health: Health) -> None:
        self._source = source
        self._store = store
        self._clock = clock
        self._scope = scope
        self._health = health
        self._rules = lasting(scope.debounce, source.every)
        self._ticking = asyncio.Lock()
        self._eyes: Eyes | None = None
        self._tracks: dict[str, Track] = {}
        self._unsaved: list[Sight] = []
        self._last = 0.0
        self._drawn: dict[str, dict[str, float]] = {}

    async def __call__(self) -> int:
        """One tick: pulls what came since the last; gives the number of signals that began or ended."""
        async with self._ticking:
            return await self._tick(self._clock.now())

    async def _tick(self, now: float) -> int:
        if self._eyes is None:
            await self._wake(now)
        part = f"source {self._source.name}"
        try:
            pull = await self._source.pull(Window(self._last, now))
        except SourceError as error:
            self._health.report(part, str(error))
            return 0
        first = self._last < now - 3 * self._source.every
        self._last = now
        assert self._eyes is not None
        glances = []
        for glance in self._eyes.glances(pull, now, {key: track.signal.series for key, track in self._tracks.items()}):
            glances.append(glance)
            await asyncio.sleep(0)  # a large pull is much arithmetic: everyone else goes on in between
        sights = merged(glances)
        notes = [*([self._eyes.note] if self._eyes.note else []), *pull.notes]
        self._health.report(part, note="; ".join(note.removeprefix(f"{part}: ") for note in notes[:3]))
        # A back-fill teaches the banks what is normal; what was abnormal back then is not news.
        self._unsaved = [*self._unsaved, *(sights[-2:] if first else sights)][-UNSAVED:]
        before = self._tracks
        try:
            changed = await self._save(now)
        except StoreError:
            # What could not be saved did not happen: it is folded and drawn again with the next tick.
            self._tracks, self._drawn = before, {}
            raise
        self._unsaved = []
        return changed

    def charts(self, services: Collection[str]) -> Sequence[Chart]:
        """The recent course of these services' series, each with its band of now."""
        return self._eyes.charts(services, {}) if self._eyes is not None else ()

    def filling(self) -> Sequence[Filling]:
        """What will be full within days, by the last tick."""
        return self._eyes.filling() if self._eyes is not None else ()

    async def keep(self) -> None:
        """Writes the snapshots of the banks and where the source has read to, and takes in what people said since."""
        if self._eyes is None:
            return
        async with self._store.read() as unit:
            votes = await unit.votes.all()
        self._eyes.tune(tuning.factors(votes, self._scope.tuning))
        async with self._ticking:
            packed = self._eyes.snapshots()
            position = self._source.position() if isinstance(self._source, Resumable) else None
        snapshots = await asyncio.to_thread(packed)
        async with self._store.unit() as unit:
            for query, state in snapshots.items():
                await unit.telemetry.save_baseline(self._source.name, query, state)
            if position is not None:
                await unit.telemetry.save_position(self._source.name, position)

    async def _wake(self, now: float) -> None:
        async with self._store.read() as unit:
            self._tracks = dict(await unit.telemetry.tracks(self._source.name))
            snapshots = await unit.telemetry.baselines(self._source.name)
            votes = await unit.votes.all()
            position = await unit.telemetry.position(self._source.name)
        if position and isinstance(self._source, Resumable):
            self._source.resume(position)
        self._eyes = Eyes(self._source.every, snapshots)
        self._eyes.tune(tuning.factors(votes, self._scope.tuning))
        self._last = now - self._source.reach - 1e-3

    async def _save(self, now: float) -> int:
        before = self._tracks
        changes: list[Signal] = []
        for sight in self._unsaved:
            self._tracks, changed = signals.fold(self._tracks, sight, self._rules)
            changes += changed
        moved = {key: track for key, track in self._tracks.items() if _news(track, before.get(key))}
        gone = before.keys() - self._tracks.keys()
        async with self._store.read() as unit:
            live = list(await unit.incidents.live(now - self._scope.filing.near.reopen))
        if not (moved or gone or changes or live):
            return 0
        async with self._store.unit() as unit:
            await unit.telemetry.save_tracks(self._source.name, moved, gone)
            await self._file(unit, changes, now)
            await self._draw(unit, now)
        return len(changes)

    async def _file(self, unit: Unit, changes: Sequence[Signal], now: float) -> None:
        """Each incident is read and written once, however many signals it is given."""
        if not changes:
            return
        await unit.incidents.exclusive()
        live = await unit.incidents.live(now - self._scope.filing.near.reopen)
        held = {one.id: one for known in live if (one := await unit.incidents.get(known.id)) is not None}
        newest = {key: track.signal for key, track in self._tracks.items()}
        cabinet = Cabinet(held, newest, self._scope.filing, fresh)
        # A flood takes a second or two; the values are nobody else's, so a thread can file them beside the loop.
        filed = (
            await asyncio.to_thread(cabinet.file, changes, now) if len(changes) > FLOOD else cabinet.file(changes, now)
        )
        for one, events in filed:
            await unit.incidents.save(one, *events)

    async def _draw(self, unit: Unit, now: float) -> None:
        """Draws what came since the last time; with many open incidents those that waited longest come first."""
        assert self._eyes is not None
        open_now = [one for one in await unit.incidents.live(now) if one.state != "resolved"]
        self._drawn = {one.id: self._drawn.get(one.id, {}) for one in open_now}
        due = [one for one in open_now if self._stale(one, now)]
        for one in sorted(due, key=self._drawn_at)[:AT_ONCE]:
            sick = {signal.series for signal in one.signals.values()}
            services = self._scope.filing.topology.near(one.services)
            charts = self._eyes.charts(services, self._drawn[one.id], sick)
            await unit.telemetry.draw(one.id, charts)
            self._drawn[one.id].update((chart.series, chart.points[-1].at) for chart in charts)

    def _drawn_at(self, one: Incident) -> float:
        return max(self._drawn[one.id].values(), default=0.0)

    def _stale(self, one: Incident, now: float) -> bool:
        fine = now - one.opened_at <= FINE_CHARTS or one.state in {"acting", "verifying"}
        return fine or now - self._drawn_at(one) >= COARSE


def _news(track: Track, before: Track | None) -> bool:
    """Whether a track's row must be written: values move at each tick, but a restart needs only what fires."""
    return before is None or (before.signal.firing, before.pressed) != (track.signal.firing, track.pressed)
