"""Seeded ordinary weeks of machines and their services, as the query packs see them: nothing in them is a fault.

Each machine has its own level, rhythm of the day, calmer weekend, noise, bursts, nightly backup, log rotation at
midnight, one deployment without effect, and one moment in which its counters begin anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.samples import Batch, Pull, Query, Series, series_key
from bot.sources.packs import shipped
from detectors.model import Floats, Traits

DAY = 86_400.0
MONDAY = 1_700_438_400.0
"""A Monday's midnight, UTC."""


@dataclass(frozen=True)
class Style:
    """How lively the machines are. Pairs are the least and the most, drawn for each machine.

    rhythm: half the way from night to day, as a share of the level. weekend: what is left of it on Saturday and Sunday.
    noise: as a share of the level; `memory`: the seconds in which it fades.
    backup: seconds of the nightly backup; `late`: seconds that it may begin late.
    bursts: an hour, of cron jobs and the like.
    """

    rhythm: tuple[float, float] = (0.1, 0.6)
    weekend: tuple[float, float] = (0.4, 1.0)
    noise: tuple[float, float] = (0.02, 0.1)
    memory: tuple[float, float] = (60.0, 900.0)
    backup: tuple[float, float] = (600.0, 4800.0)
    late: float = 300.0
    bursts: tuple[float, float] = (0.0, 2.0)


class Week:
    """Some machines over some days. `values[query]` is [tick, machine] in the query's unit."""

    def __init__(self, seed: int, every: float, machines: int, days: float = 7.0, style: Style | None = None) -> None:
        self._draw = np.random.default_rng(seed)
        self._style = style or Style()
        self.every, self.machines = every, machines
        start = MONDAY + DAY * int(self._draw.integers(0, 7))
        self.times: Floats = start + every * np.arange(int(days * DAY / every), dtype=np.float64)
        self._shared()
        self.values: Mapping[str, Floats] = {**self._machine(), **self._service()}

    def pull(self, queries: Sequence[str] | None = None) -> Pull:
        """What a source gives of it: these queries, or all."""
        names = list(self.values) if queries is None else queries
        return Pull([self._batch(query_of(name, self.every), self.values[name]) for name in names])

    def table(self) -> Pull:
        """What is left when nobody says what the numbers are: one query of all series, judged together."""
        query = Query("series", "", "count", Traits(every=self.every), ("together",))
        names = [(name, machine) for name in self.values for machine in range(self.machines)]
        series = [_series(query, machine, {"metric": name}) for name, machine in names]
        values = np.stack([self.values[name][:, machine] for name, machine in names], axis=1)
        return Pull([Batch(query, series, self.times, values)])

    def _batch(self, query: Query, values: Floats) -> Batch:
        return Batch(query, [_series(query, machine, {}) for machine in range(self.machines)], self.times, values)

    def _shared(self) -> None:
        """What all metrics of a machine have in common."""
        times, style = self.times[:, np.newaxis], self._style
        phase = self._of((0.0, 0.15))
        day = 2 * np.pi * (times / DAY - 0.6 - phase)
        wave = 0.8 * np.cos(day) + 0.2 * np.cos(2 * day + self._of((0.0, 6.0)))
        load = 1.0 + self._of(style.rhythm) * wave
        low = load.min(axis=0)
        self._load = low + (load - low) * (1.0 - (1.0 - self._of(style.weekend)) * _weekend(times))
        self._backup = self._nightly(self._of((1.0, 5.0)) * 3600.0, self._of(style.backup), style.late)
        self._rotation = self._nightly(np.zeros(self.machines), self._of((20.0, 120.0)), 20.0)
        self._deployed = self.times[0] + DAY * (2.4 + self._of((0.0, 2.0)))
        since = times - self._deployed
        self._away = (since >= 0) & (since < self._of((15.0, 60.0)))
        self._fresh = (since >= 0) & (since < self._of((45.0, 150.0)))
        reset = self.times[0] + DAY * (1.2 + self._of((0.0, 5.0)))
        self._reset = (times >= reset) & (times < reset + self.every)

    def _machine(self) -> dict[str, Floats]:
        night, turn, fresh = self._backup, self._rotation, self._fresh
        busy, strength = self._load * self._noise(), self._of((0.4, 1.0))
        cpu = self._of((5.0, 45.0)) * busy + strength * 50.0 * night * self._noise()
        cpu += self._of((3.0, 20.0)) * turn + self._of((5.0, 25.0)) * fresh + self._of((5.0, 30.0)) * self._bursts()
        disk = self._of((1.0, 20.0)) * busy + strength * 80.0 * night * self._noise()
        disk += self._of((10.0, 40.0)) * turn + self._of((10.0, 50.0)) * self._bursts()
        logs = ((self.times[:, np.newaxis] % DAY) / DAY) * self._of((0.2, 3.0))
        memory = self._of((30.0, 60.0)) + 6.0 * self._load + self._of((0.0, 4.0)) * night
        errors = self._rare(0.02, (0.1, 0.9))
        return {
            "node_cpu": self._counted(np.clip(cpu, 0.3, 100.0)),
            "node_memory": np.clip(memory + 0.5 * self._around(), 0.0, 100.0),
            "node_disk": self._of((20.0, 70.0)) + logs + self._of((0.0, 3.0)) * night,
            "node_load": np.clip(cpu / 60.0 + self._of((0.5, 2.0)) * strength * night, 0.0, None) * self._noise(),
            "node_network_errors": self._counted(errors),
            "node_network_drops": self._counted(self._of((0.0, 3.0)) * busy + self._rare(0.05, (1.0, 8.0))),
            "node_disk_busy": self._counted(np.clip(disk, 0.1, 100.0)),
            "node_swap": np.broadcast_to(self._of((0.0, 5.0)), cpu.shape) + 0.1 * night,
            "node_clock": 0.001 * self._around(),
            "node_tracked_connections": self._of((1.0, 15.0)) * busy,
        }

    def _service(self) -> dict[str, Floats]:
        """What users meet. A backup makes answers a little slower."""
        rate = self._of((2.0, 80.0)) * self._load
        counted = self._draw.poisson(np.maximum(rate, 0.01) * 60.0)
        failed = self._draw.binomial(counted, np.broadcast_to(self._of((0.0, 0.003)), counted.shape))
        ratio = np.divide(failed, counted, out=np.full(counted.shape, np.nan), where=counted >= 5)
        slow = self._of((0.01, 0.3)) * (1.0 + 0.2 * self._load + self._of((0.0, 0.3)) * self._backup) * self._noise()
        since = np.mod(self.times[:, np.newaxis] - self._deployed, 7 * DAY) / DAY
        memory = self._of((8e7, 6e8)) * (1.0 + 0.1 * np.minimum(since, 1.0)) + 2e6 * self._around()
        cpu = self._of((2.0, 40.0)) * self._load * self._noise() + self._of((5.0, 40.0)) * self._fresh
        found = {
            "http_request_rate": counted / 60.0,
            "http_error_ratio": ratio,
            "http_latency_p95": slow,
            "process_memory": memory,
            "process_cpu": np.clip(cpu, 0.0, 100.0),
        }
        return {name: np.where(self._away, np.nan, self._counted(values)) for name, values in found.items()}

    def _of(self, pair: tuple[float, float]) -> Floats:
        """A number for each machine."""
        return self._draw.uniform(*pair, self.machines)

    def _around(self) -> Floats:
        """Correlated normal noise with heavy tails, of size 1."""
        fade = np.exp(-self.every / self._of(self._style.memory))
        tails = self._draw.standard_t(5, (len(self.times), self.machines)) * np.sqrt(0.6 * (1.0 - fade**2))
        at = np.zeros(self.machines)
        for tick, push in enumerate(tails):
            at = tails[tick] = fade * at + push
        return tails

    def _noise(self) -> Floats:
        """Around 1, at least 0."""
        return np.maximum(1.0 + self._of(self._style.noise) * self._around(), 0.0)

    def _nightly(self, at: Floats, long: Floats, late: float) -> Floats:
        """1 while what is done every night at this second of the day is done, else 0."""
        nights = ((self.times[:, np.newaxis] - at) // DAY).astype(np.int64)
        nights -= nights.min()
        begins = self._draw.uniform(0.0, late, (nights.max() + 1, self.machines))
        lasts = long * self._draw.uniform(0.8, 1.1, begins.shape)
        since = (self.times[:, np.newaxis] - at) % DAY - np.take_along_axis(begins, nights, axis=0)
        return ((since >= 0) & (since < np.take_along_axis(lasts, nights, axis=0))).astype(np.float64)

    def _bursts(self) -> Floats:
        """Of at most a minute, or a tick."""
        starts = self._draw.random((len(self.times), self.machines)) < self._of(self._style.bursts) * self.every / 3600
        return self._lasting(starts.astype(np.float64), 60.0) * self._draw.random(starts.shape)

    def _rare(self, share: float, sizes: tuple[float, float]) -> Floats:
        """0, but for a share of the minutes."""
        chance = share * self.every / 60.0
        starts = self._draw.random((len(self.times), self.machines)) < chance
        return starts * self._draw.uniform(*sizes, starts.shape)

    def _lasting(self, starts: Floats, seconds: float) -> Floats:
        on = starts.copy()
        for shift in range(1, int(seconds / self.every)):
            on[shift:] = np.maximum(on[shift:], starts[:-shift])
        return on

    def _counted(self, values: Floats) -> Floats:
        """What a counter tells that begins anew once: nothing for one tick."""
        return np.where(self._reset, np.nan, values)


def _weekend(times: Floats) -> Floats:
    """1 on Saturday and Sunday, 0 on other days; it turns within the hours around midnight."""
    hours = ((times - MONDAY) / 3600.0) % 168.0
    return np.clip(np.minimum(hours - 117.0, 171.0 - hours) / 6.0, 0.0, 1.0) + np.clip((3.0 - hours) / 6.0, 0.0, 1.0)


def query_of(name: str, every: float) -> Query:
    """A query of the shipped packs."""
    return next(entry for pack in shipped().values() for entry in pack.queries if entry.name == name).as_query(every)


def _series(query: Query, machine: int, labels: Mapping[str, str]) -> Series:
    known = {"service": f"m{machine}", **labels}
    return Series(series_key("prom", query.name, known), known["service"], known)
