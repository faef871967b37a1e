"""Samples straight from the `/metrics` pages of services, without a Prometheus server."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Annotated, TypeAlias

import httpx
import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.duration import Duration
from bot.domain.errors import SourceError
from bot.domain.samples import Batch, Pull, Window
from bot.ports import Clock
from bot.sources.columns import Named, columns
from bot.sources.counters import History
from bot.sources.exposition import Key, NotMetricsError, parse
from bot.sources.http import FetchError, Limits, fetch, is_loopback
from bot.sources.naming import find_service
from bot.sources.packs import AUTO, Entry, Pack, chosen, known
from bot.sources.picks import Group, Grouped, Grouping, Labels, Observed, Point
from bot.sources.recipes import reads
from bot.sources.targets import Target, TargetOptions, Targets

MOST_BYTES = 10_000_000
AT_ONCE = 50

# Growth is told over this many ticks, and never over fewer seconds than this.
SPAN_TICKS = 4
SHORTEST_SPAN = 10.0

Samples: TypeAlias = dict[Key, float]


class ScrapeOptions(BaseModel):
    """What to scrape, and how often. `files` are JSON files in the format of `file_sd_configs`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    targets: tuple[TargetOptions, ...] = ()
    files: tuple[str, ...] = ()
    every: Annotated[Duration, Field(gt=0)] = 15.0
    packs: Annotated[tuple[str, ...], AfterValidator(known)] = (AUTO,)

    @model_validator(mode="after")
    def _something(self) -> "ScrapeOptions":
        if not self.targets and not self.files:
            raise ValueError("nothing to scrape: give targets or files")
        return self


class Scrape:
    """A source of samples: scrapes its targets at each pull. Remembers counters to tell their growth. No secrets."""

    Options = ScrapeOptions

    def __init__(self, name: str, options: ScrapeOptions, _secrets: Mapping[str, str], clock: Clock) -> None:
        self.name = name
        self.every = options.every
        self.reach = 0.0
        self._clock = clock
        self._targets = Targets(options.targets, options.files)
        self._entries = [
            (pack, entry, entry.scrape)
            for pack in chosen(options.packs)
            for entry in pack.queries
            if entry.scrape is not None
        ]
        read = [reads(recipe) for _, _, recipe in self._entries]
        self._counters = frozenset(metric for _, counters in read for metric in counters)
        self._wanted = self._counters.union(*(gauges for gauges, _ in read))
        self._history: History[Target, Key] = History(max(SPAN_TICKS * options.every, SHORTEST_SPAN))
        self._limits = Limits(min(0.8 * options.every, 10.0), MOST_BYTES)
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._client = httpx.AsyncClient(
            headers={"Accept": "text/plain;version=0.0.4"}, timeout=self._limits.seconds, trust_env=False
        )

    async def check(self) -> None:
        """Raises SourceError when no target is known, or none of them answers."""
        targets, _ = await self._known()
        answers = await asyncio.gather(*(self._scrape(target) for target in targets))
        failures = [answer for answer in answers if isinstance(answer, str)]
        if failures and len(failures) == len(answers):
            raise SourceError(f"source {self.name}: none of {len(answers)} targets answers, such as {failures[0]}")

    async def pull(self, window: Window) -> Pull:
        """What every target says now, at the window's end; a target that does not answer has `up` 0 and a note.

        Raises:
            SourceError: no target is known, since nothing that lists them can be read.
        """
        targets, notes = await self._known()
        self._history.tick(self._clock.monotonic())
        answers = await asyncio.gather(*(self._scrape(target) for target in targets))
        observed = replace(self._observed(dict(zip(targets, answers, strict=True))), now=window.end)
        notes += [answer for answer in answers if isinstance(answer, str)] + hollow(observed.latest)
        batches = []
        for pack, entry, recipe in self._entries:
            values = recipe.evaluate(observed, _grouping(pack, entry))
            batch, some = self._batch(entry, values, window.end)
            notes += some
            if batch.series:
                batches.append(batch)
        return Pull(batches, (), [f"source {self.name}: {note}" for note in notes])

    async def close(self) -> None:
        """Frees the connections."""
        await self._client.aclose()

    async def _known(self) -> tuple[list[Target], list[str]]:
        targets, notes = await asyncio.to_thread(self._targets.read)
        if not targets and notes:
            raise SourceError(f"source {self.name}: no target is known: {notes[0]}")
        return targets, notes if targets else ["the list of targets is empty"]

    async def _scrape(self, target: Target) -> Samples | str:
        """What the target says, or why it says nothing."""
        async with self._gate:
            try:
                status, body = await fetch(self._client, target.url, self._limits)
                if status != 200:
                    return f"target {target.url}: answered with status {status}"
                return await asyncio.to_thread(parse, body, self._wanted)
            except (FetchError, NotMetricsError) as error:
                return f"target {target.url}: {error}"

    def _observed(self, answers: Mapping[Target, Samples | str]) -> Observed:
        """Joins what the targets said, and remembers their counters."""
        latest: dict[str, list[Point]] = {}
        for target, answer in answers.items():
            said = answer if isinstance(answer, dict) else {}
            for (metric, labels), value in [*said.items(), *_own(target, isinstance(answer, dict))]:
                latest.setdefault(metric, []).append((merged(dict(labels), dict(target.labels)), value))
            if isinstance(answer, dict):
                self._history.add(target, {key: value for key, value in said.items() if key[0] in self._counters})
        increases: dict[str, list[Point]] = {}
        for target, (metric, labels), grown in self._history.increases():
            increases.setdefault(metric, []).append((merged(dict(labels), dict(target.labels)), grown))
        return Observed(latest, increases, self._history.elapsed)

    def _batch(self, entry: Entry, values: Grouped, time: float) -> tuple[Batch, list[str]]:
        at = np.array([time])
        rows = [Named(dict(key)["service"], dict(key), at, np.array([value])) for key, value in values.items()]
        return columns(self.name, entry.as_query(self.every), rows, at)


def merged(said: Labels, target: Labels) -> Labels:
    """A sample's labels with its target's; a label that both have is the target's, the other is `exported_...`."""
    return {f"exported_{name}" if name in target else name: text for name, text in said.items()} | dict(target)


def hollow(latest: Mapping[str, Sequence[Point]]) -> list[str]:
    """A note on each metric that is there and has no number in any of its series."""
    return [
        f"{metric}: none of its {len(points)} series has a number; it is not watched until one has"
        for metric, points in sorted(latest.items())
        if not any(isfinite(value) for _, value in points)
    ]


def _own(target: Target, answered: bool) -> list[tuple[Key, float]]:
    """What we know of a target without asking: whether it answers, and its cores if it runs on this machine."""
    own: list[tuple[Key, float]] = [(("up", ()), float(answered))]
    if is_loopback(target.url):
        own.append((("steward_host_cores", ()), float(os.cpu_count() or 1)))
    return own


def _grouping(pack: Pack, entry: Entry) -> Grouping:
    def group(labels: Labels) -> Group:
        kept = [(name, labels[name]) for name in entry.by if labels.get(name)]
        return (("service", find_service(labels, pack.service)), *kept)

    return group
