"""What a source gives: columns of samples for each query, and log lines. Times are epoch seconds, UTC."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from detectors.model import Floats, Traits

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
_SPECIAL = re.compile(r'[\\"\n]')


@dataclass(frozen=True, slots=True)
class Window:
    """The time asked for: after `start`, up to and with `end`."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Query:
    """One question to a source, whose answer is a set of series of one kind.

    name: unique within its source, such as `http_error_ratio`.
    title: the words that people read, such as "errors".
    unit: `ratio`, `percent`, `seconds`, `bytes`, `per_second`, `count` or `bool`.
    detectors: names in the registry of detectors.
    """

    name: str
    title: str
    unit: str
    traits: Traits
    detectors: tuple[str, ...] = ("level",)


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a query. `key` is unique over all sources and stable over restarts: `source/query{a="b"}`."""

    key: str
    service: str
    labels: Mapping[str, str] = field(default_factory=dict)


class Roll(Protocol):
    """Series in order, as a list of them or as a `Roster`."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Series]: ...
    def __getitem__(self, place: int, /) -> Series: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """The answer to one query: values[t, n] is series n at times[t], NaN where nothing came; times ascend strictly."""

    query: Query
    series: Roll
    times: Floats
    values: Floats


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a service's log, already cut to a bounded length and decoded. `level` is lower case or empty."""

    time: float
    service: str
    text: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """All that one pull of a source gave. `notes` are troubles that did not stop the pull, one clear line each."""

    batches: Sequence[Batch] = ()
    lines: Sequence[LogLine] = ()
    notes: Sequence[str] = ()


def series_key(source: str, query: str, labels: Mapping[str, str]) -> str:
    """The key of a series: labels sorted by name, values with quotes and backslashes escaped."""
    if _SPECIAL.search("".join(labels.values())):
        labels = {name: _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) for name, text in labels.items()}
    inner = ",".join([f'{name}="{labels[name]}"' for name in sorted(labels)])
    return f"{source}/{query}{{{inner}}}"
