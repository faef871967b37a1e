"""Log lines as series: how many a service writes, how many of them warn or tell of errors, and its commonest templates.

They go into banks as any other series do: a rate that jumps, or a level that shifts, is told by the same detectors.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from math import inf

import numpy as np

from bot.domain.samples import Batch, LogLine, Query, Series, series_key
from detectors.mining import Miner
from detectors.model import Traits
from detectors.templates import looks_like_error

LOUD = frozenset({"error", "critical", "fatal", "alert", "emergency", "panic"})

WINDOW = 60.0
"""Seconds over which lines are counted, at least: few lines in a tick are chance."""

MOST_READ = 2_000
"""Lines that are read in a tick, so that a flood does not hold up everything else. All are counted."""

MOST_SERVICES = 500
MOST_TEMPLATES = 5
"""Templates of a service that have a series."""

MINED = 500
"""Templates that are remembered."""

QUIET = 3600.0
"""Seconds after which a service without a line is let go."""

RATES = {
    "log_errors": ("errors in the log", 10, 2.0, -inf),
    "log_warnings": ("warnings in the log", 20, 2.0, inf),
    "log_template": ("log lines of one kind", 30, 3.0, inf),
    "log_lines": ("log lines", 60, 3.0, inf),
}
"""The queries, the most telling first: the title, how many lines more than usual in a window are worth a word, how many
times the usual they must be beyond it, and `Traits.alone`."""

_Kind = tuple[str, str, str]
"""Query, service, and the template's name, empty for what counts all lines."""


def chosen(lines: Sequence[LogLine]) -> Sequence[LogLine]:
    """The lines to read: all, or of too many the same share for each service, those of a loud level first."""
    if len(lines) <= MOST_READ:
        return lines
    of: dict[str, tuple[list[LogLine], list[LogLine]]] = defaultdict(lambda: ([], []))
    for line in lines:
        of[line.service][line.level not in LOUD].append(line)
    share = max(MOST_READ // len(of), 1)
    picked: list[LogLine] = []
    for loud, other in of.values():
        picked += _spread(loud, share)
        picked += _spread(other, share - min(len(loud), share))
    return picked[:MOST_READ]


def is_error(line: LogLine) -> bool:
    """Whether a line tells of an error, by its level or its words."""
    return line.level in LOUD or looks_like_error(line.text)


class Tally:
    """Counts the lines of one source. Rates are lines a second over the last minute, or four ticks where that is more.

    What is known is lost with a restart: a minute later the rates are there again, and their baselines are kept.
    """

    def __init__(self, every: float) -> None:
        self._window = max(WINDOW, 4 * every)
        self._queries = _queries(every, self._window)
        self._miner = Miner(MINED)
        self._counts: deque[tuple[float, Counter[_Kind]]] = deque()
        self._total: Counter[_Kind] = Counter()
        self._seen: dict[str, float] = {}
        self._common: dict[str, Counter[int]] = {}
        self._started: float | None = None
        self._explained: dict[str, float] = {}

    def count(self, now: float, lines: Sequence[LogLine], read: Sequence[tuple[LogLine, bool]]) -> list[Batch]:
        """Takes the lines of a tick, and gives the rates of all services, once there was a whole window.

        Args:
            now: epoch seconds.
            lines: all of them.
            read: those that were read, and whether they are errors; what is rare is estimated from them.
        """
        self._started = now if self._started is None else self._started
        counted = self._counted(lines, read)
        self._seen.update(dict.fromkeys((service for _, service, _ in counted), now))
        for service in [one for place, one in enumerate(self._oldest()) if self._over(one, place, now)]:
            del self._seen[service]
            self._common.pop(service, None)
        self._counts.append((now, counted))
        self._total.update(counted)
        while self._counts[0][0] <= now - self._window:
            self._total.subtract(self._counts.popleft()[1])
        self._total = +self._total
        if now - self._started < self._window:
            return []
        return [batch for query in self._queries.values() if (batch := self._batch(query, now)) is not None]

    def explain(self, services: Collection[str], now: float) -> Collection[str]:
        """Notes that error patterns speak for these services; gives all for which they did while lines were counted."""
        self._explained.update(dict.fromkeys(services, now))
        since = now - 2 * self._window
        self._explained = {service: at for service, at in self._explained.items() if at > since}
        return self._explained

    def _over(self, service: str, place: int, now: float) -> bool:
        return place < len(self._seen) - MOST_SERVICES or now - self._seen[service] > QUIET

    def _oldest(self) -> list[str]:
        return sorted(self._seen, key=self._seen.__getitem__)

    def _counted(self, lines: Sequence[LogLine], read: Sequence[tuple[LogLine, bool]]) -> Counter[_Kind]:
        whole = Counter(line.service for line in lines)
        part = Counter(line.service for line, _ in read)
        scale = {service: whole[service] / part[service] for service in part}
        counted: Counter[_Kind] = Counter({("log_lines", service, ""): count for service, count in whole.items()})
        numbers = self._miner.add([line.text for line, _ in read])
        for (line, error), number in zip(read, numbers, strict=True):
            service = line.service
            if error or line.level in {"warning", "warn"}:
                counted["log_errors" if error else "log_warnings", service, ""] += 1
            if not error:  # those are the business of the patterns
                self._common.setdefault(service, Counter())[self._miner.now(number)] += 1
                counted["log_template", service, self._miner.name(number)] += 1
        loud = Counter(line.service for line in lines if line.level in LOUD)
        for kind in [kind for kind in counted if kind[0] != "log_lines"]:
            counted[kind] = round(counted[kind] * scale[kind[1]])
        for service, count in loud.items():
            counted["log_errors", service, ""] = max(count, min(counted["log_errors", service, ""], whole[service]))
        return counted

    def _batch(self, query: Query, now: float) -> Batch | None:
        kinds = [
            (service, number)
            for service in self._seen
            for number in (self._commonest(service) if query.name == "log_template" else [None])
        ]
        if not kinds:
            return None
        series = [self._series(query, service, number) for service, number in kinds]
        names = ["" if number is None else self._miner.name(number) for _, number in kinds]
        counts = [self._total[query.name, service, name] for (service, _), name in zip(kinds, names, strict=True)]
        return Batch(query, series, np.array([now]), np.array([counts], dtype=np.float64) / self._window)

    def _commonest(self, service: str) -> list[int]:
        """The commonest templates of a service, by what they are now."""
        known: Counter[int] = Counter()
        for number, count in self._common.get(service, Counter()).items():
            known[self._miner.now(number)] += count
        self._common[service] = Counter(dict(known.most_common(10 * MOST_TEMPLATES)))
        names = {self._miner.name(number): number for number, _ in known.most_common(MOST_TEMPLATES) if number}
        return list(names.values())

    def _series(self, query: Query, service: str, number: int | None) -> Series:
        told = {"service": service} | ({} if number is None else {"template": self._miner.name(number)})
        text = {} if number is None else {"text": self._miner.text(number)}
        return Series(series_key("log", query.name, told), service, told | text)


def _spread(lines: Sequence[LogLine], most: int) -> Sequence[LogLine]:
    """At most so many of the lines, evenly."""
    return lines if len(lines) <= most else [lines[len(lines) * place // most] for place in range(most)]


def _queries(every: float, window: float) -> Mapping[str, Query]:
    return {
        name: Query(
            name,
            title,
            "per_second",
            Traits("up", 0.0, minimum=least / window, relative=times, every=every, alone=alone),
        )
        for name, (title, least, times, alone) in RATES.items()
    }
