"""History for a replay: from a CSV file, or from the sources that a config names, in parts of bounded size."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.commands.series_csv import usual_step
from bot.commands.table_csv import Name, Part, opened
from bot.domain.samples import Batch, Pull, Query, Series, Window, series_key
from bot.flow.replay import moments
from bot.ports import Source
from detectors.model import Traits

CSV = "csv"
"""The name of the source that a file is."""

PART = 1000
"""Rows of a file that are in memory at a time."""

TELLING = 300
"""Rows that tell how far apart samples are."""

EVERY = 60.0
"""Seconds between samples where a file has too few to tell."""

TICKS = 240
"""Ticks that a source is asked for at once."""

Tick = tuple[str, float, Pull]
"""Source, time, and what came."""


class History(Protocol):
    """Something to replay."""

    @property
    def every(self) -> Mapping[str, float]:
        """Seconds between ticks, by source."""
        ...

    @property
    def names(self) -> Mapping[str, str]:
        """What people call a series, by key, where that is not the key."""
        ...

    def ticks(self) -> AsyncIterator[Tick]:
        """All ticks, oldest first."""
        ...


class Table:
    """A file with one column a series, named `service/metric`, of which nothing more is known.

    Raises:
        UsageError, StewardError: as `table_csv` does.
    """

    def __init__(self, path: Path, progress: Callable[[float], None], note: Callable[[str], None]) -> None:
        self._path = path
        self._size = max(path.stat().st_size, 1) if path.is_file() else 1
        self._progress = progress
        self._note = note
        with opened(path, lambda _: None) as table:
            part = next(iter(table.parts(TELLING)), None)
            every = usual_step(part.times, EVERY) if part is not None else EVERY
            self._series = [_series(name) for name in table.names]
        self.every: Mapping[str, float] = {CSV: every}
        self.names: Mapping[str, str] = {one.key: f"{one.service}/{one.labels['metric']}" for one in self._series}

    async def ticks(self) -> AsyncIterator[Tick]:
        """The rows, each as a tick."""
        query = Query("series", "", "count", Traits(every=self.every[CSV]), ("together",))
        with opened(self._path, lambda read: self._progress(read / self._size)) as table:
            for part in table.parts(PART):
                for time, pull in moments(self._pull(query, part)):
                    yield CSV, time, pull
            if table.late:
                self._note(f"{self._path}: rows whose time does not advance, left out: {table.late}")
        self._progress(1.0)

    def _pull(self, query: Query, part: Part) -> Pull:
        return Pull([Batch(query, self._series, part.times, part.values)])


@dataclass(frozen=True)
class Asked:
    """The last `since` seconds up to `now`, of sources that keep history."""

    sources: Sequence[Source]
    since: float
    now: float
    progress: Callable[[float], None]
    note: Callable[[str], None]
    names: Mapping[str, str]

    @property
    def every(self) -> Mapping[str, float]:
        """Seconds between ticks, by source."""
        return {source.name: source.every for source in self.sources}

    async def ticks(self) -> AsyncIterator[Tick]:
        """Asks for one part after another. Raises SourceError when a source does not answer."""
        steps = self.every.values()
        span = max(TICKS * min(steps), 4 * max(steps))
        for source in self.sources:  # decides by what there is now which packs apply
            await source.pull(Window(self.now - source.every, self.now))
        start, noted = self.now - self.since, set[str]()
        while start < self.now:
            end = min(start + span, self.now)
            found: list[Tick] = []
            for source in self.sources:
                pull = await source.pull(Window(start, end))
                found += [(source.name, time, tick) for time, tick in moments(pull)]
                noted.update(pull.notes)
            for tick in sorted(found, key=lambda one: one[1]):
                yield tick
            start = end
            self.progress(1.0 - (self.now - start) / self.since)
        for text in sorted(noted)[:5]:
            self.note(text)


def _series(name: Name) -> Series:
    service, metric = name
    labels = {"service": service, "metric": metric}
    return Series(series_key(CSV, "series", labels), service, labels)
