"""Samples from a Prometheus server, or from anything that speaks its query API."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import floor, inf
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.config.address import WebAddress
from bot.config.duration import Duration
from bot.domain.errors import SourceError
from bot.domain.samples import Batch, Pull, Query, Window
from bot.ports import Clock
from bot.sources.answers import RefusedError, Row
from bot.sources.columns import Named, columns, idle
from bot.sources.labels import Known, Naming, learned
from bot.sources.naming import find_service
from bot.sources.packs import AUTO, Watched, chosen, known, shipped
from bot.sources.promapi import Api
from bot.sources.vectors import Vector
from detectors.model import Floats

# Prometheus's own limit for one range query; also bounds the memory of a back-fill.
MOST_POINTS = 11_000

# The packs are chosen anew, and the scrape interval measured anew, after so many seconds: services come and go.
LOOK_AGAIN = 60.0

# A rate needs a few samples: its window is this many scrape intervals, and never shorter than so many seconds.
RATE_INTERVALS = 4
SHORTEST_WINDOW = 10.0
LONGEST_INTERVAL = 120.0

# Seconds between the samples that the server takes of its targets, in the middle of them all.
INTERVAL = "quantile(0.5, (time() - min_over_time(timestamp(up)[10m:15s])) / count_over_time(up[10m]))"


class PrometheusOptions(BaseModel):
    """Where the server is and what to ask it.

    reach: how far a first pull looks back, to learn what is normal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: WebAddress
    every: Annotated[Duration, Field(gt=0)] = 15.0
    packs: Annotated[tuple[str, ...], AfterValidator(known)] = (AUTO,)
    watch: tuple[Watched, ...] = ()
    timeout: Annotated[Duration, Field(gt=0)] = 10.0
    reach: Annotated[Duration, Field(ge=0)] = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class _Ask:
    """One query to put, and how to name what it gives."""

    query: Query
    promql: str
    naming: Naming


class Prometheus:
    """A source of samples. Secrets: PROMETHEUS_TOKEN, or PROMETHEUS_USER with PROMETHEUS_PASSWORD; all optional."""

    Options = PrometheusOptions

    def __init__(self, name: str, options: PrometheusOptions, secrets: Mapping[str, str], clock: Clock) -> None:
        self.name = name
        self.every = options.every
        self.reach = min(options.reach, MOST_POINTS * options.every)
        self._options = options
        self._clock = clock
        self._api = Api(f"source {name}: Prometheus at {options.url}", options.url, options.timeout, secrets)
        self._asks: Sequence[_Ask] = ()
        self._known: dict[_Ask, Known] = {}
        self._looked = -inf

    async def check(self) -> None:
        """Raises SourceError when the server does not answer, or refuses a query that the user wrote."""
        for name, promql in [
            ("vector(1)", "vector(1)"),
            *((watch.name, watch.promql) for watch in self._options.watch),
        ]:
            try:
                await self._api.instant(promql)
            except RefusedError as error:
                raise SourceError(f"source {self.name}: query {name} was refused: {error}: mend the query") from error

    async def pull(self, window: Window) -> Pull:
        """The samples at the window's end, or at every step of a window longer than two ticks.

        What goes wrong with one query is a note; SourceError means that nothing of use came.
        """
        times = grid(window, self.every)
        try:
            await self._look(window.end)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._put(ask, times)) for ask in self._asks]
        except* SourceError as failed:
            failure = failed.exceptions[0]
        else:
            return self._gathered([task.result() for task in tasks])
        raise failure

    async def close(self) -> None:
        """Frees the connections."""
        await self._api.close()

    async def _look(self, now: float) -> None:
        """Decides what to ask: the packs that the server has metrics for, and the user's own queries."""
        if self._asks and self._clock.monotonic() - self._looked < LOOK_AGAIN:
            return
        options = self._options
        window = rate_window(self.every, await self._interval(now))
        metrics = await self._metrics(now) if AUTO in options.packs else ()
        self._asks = [
            self._question(entry.as_query(self.every), pack.promql(entry, window), ("service",), self.name)
            for pack in chosen(options.packs, metrics)
            for entry in pack.queries
        ] + [
            self._question(
                watch.as_query(self.every), watch.promql, (watch.service or "service",), watch.service or self.name
            )
            for watch in options.watch
        ]
        self._known = {ask: self._known.get(ask, Known()) for ask in self._asks}
        self._looked = self._clock.monotonic()

    async def _interval(self, now: float) -> float:
        """Seconds between the server's samples; 0 when it cannot tell."""
        try:
            answer = await self._api.instant(INTERVAL, now)
        except RefusedError:
            return 0.0
        return float(answer.rows[0].values[0]) if answer.rows else 0.0

    async def _metrics(self, now: float) -> Sequence[str]:
        """Those of the packs' telling metrics that the server has now."""
        telling = "|".join(metric for pack in shipped().values() for metric in pack.applies_when)
        try:
            answer = await self._api.instant(f'count by (__name__) ({{__name__=~"{telling}"}})', now)
        except RefusedError as error:
            raise SourceError(
                f"source {self.name}: the server does not tell its metrics: {error}: name the packs"
            ) from error
        return [row.labels.get("__name__", "") for row in answer.rows]

    async def _put(self, ask: _Ask, times: Floats) -> tuple[Batch | None, Sequence[str]]:
        """The answer to one query, with notes; no batch when the server refused it."""
        try:
            if len(times) == 1:
                take = partial(_taken, ask, self._known[ask], times)
                self._known[ask], batch, notes = await self._api.vector(ask.promql, times[0], take)
                return batch, notes
            answer = await self._api.range(ask.promql, times)
        except RefusedError as error:
            return None, [f"{ask.query.name}: the query was refused: {error}"]
        rows = [_named(row, ask.naming) for row in answer.rows]
        batch, notes = await asyncio.to_thread(columns, self.name, ask.query, rows, times)
        return batch, [*(f"{ask.query.name}: {note}" for note in answer.notes), *notes]

    def _question(self, query: Query, promql: str, rule: tuple[str, ...], otherwise: str) -> _Ask:
        return _Ask(query, promql, Naming(self.name, query.name, rule, otherwise))

    def _gathered(self, answers: Sequence[tuple[Batch | None, Sequence[str]]]) -> Pull:
        notes = [note for _, some in answers for note in some]
        batches = [batch for batch, _ in answers if batch is not None]
        if answers and not batches:
            raise SourceError(f"source {self.name}: every query was refused, such as {notes[0]}")
        useful = [batch for batch in batches if len(batch.series)]
        if not useful:
            notes.append("no series came: does the server scrape anything, and is its clock right?")
        return Pull(useful, (), [f"source {self.name}: {note}" for note in notes])


def grid(window: Window, every: float) -> Floats:
    """The times to ask for, ascending, in whole milliseconds: the end, and each step before it in a long window."""
    step = round(every, 3)
    span = window.end - window.start
    count = floor(span / step + 1e-6) if span > 2 * step * (1 + 1e-6) else 1
    return np.round(round(window.end, 3) - step * np.arange(count - 1, -1, -1), 3)


def rate_window(every: float, interval: float) -> float:
    """Seconds over which to take rates, when samples are `interval` apart and are asked for `every` so often."""
    measured = min(round(interval), LONGEST_INTERVAL) if interval > 0 else 0.0
    return max(RATE_INTERVALS * max(every, measured), SHORTEST_WINDOW)


def _taken(ask: _Ask, known: Known, times: Floats, vector: Vector) -> tuple[Known, Batch, list[str]]:
    """An answer as a batch of one tick, with notes; and what is known of its labels now."""
    known = learned(known, vector.labels, ask.naming)
    values = vector.values[known.places][np.newaxis]
    notes = [*(f"{ask.query.name}: {note}" for note in vector.notes), *known.notes, *idle(ask.query, values)]
    return known, Batch(ask.query, known.roster, times, values), notes


def _named(row: Row, naming: Naming) -> Named:
    labels = {name: text for name, text in row.labels.items() if name != "__name__"}
    return Named(find_service(labels, naming.rule) or naming.otherwise, labels, row.times, row.values)
