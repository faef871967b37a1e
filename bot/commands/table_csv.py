"""Many series as CSV: `timestamp`, then one column a series named `service/metric`; read in parts."""

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from bot.commands.series_csv import bad, number_of, time_of
from bot.domain.errors import StewardError, UsageError
from detectors.model import Floats

Name = tuple[str, str]
"""Service and metric."""


class Rows(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """The rows."""
        ...

    def __next__(self) -> list[str]:
        """The next row."""
        ...


class Part(NamedTuple):
    """Some rows: [row] epoch seconds, and [row, column] values, NaN where none is given."""

    times: Floats
    values: Floats


class Table:
    """A file that is open. `late` counts the rows whose time does not advance: they are left out."""

    def __init__(self, path: Path, rows: Rows, passed: Callable[[], None]) -> None:
        self._path = path
        self._rows = rows
        self._passed = passed
        self._latest = -math.inf
        self.late = 0
        self.names = self._header(next(rows, []))

    def parts(self, most: int) -> Iterator[Part]:
        """The rows in order, at most so many at a time.

        Raises:
            StewardError: a line is not what it should be.
        """
        lines = self._lines()
        while part := list(islice(lines, most)):
            times, values = zip(*part, strict=True)
            yield Part(np.array(times), np.array(values).reshape(len(part), len(self.names)))
            self._passed()

    def _header(self, header: Sequence[str]) -> list[Name]:
        if len(header) < 2 or header[0].strip() != "timestamp":
            raise bad(self._path, 1, f"the header must be timestamp,SERVICE/METRIC,..., not {','.join(header)[:60]!r}")
        names: list[Name] = []
        for column in header[1:]:
            service, _, metric = column.strip().partition("/")
            if not service or not metric:
                raise bad(self._path, 1, f"the column {column[:60]!r} is not named SERVICE/METRIC")
            if (service, metric) in names:
                raise bad(self._path, 1, f"the column {column[:60]!r} is there twice")
            names.append((service, metric))
        return names

    def _lines(self) -> Iterator[tuple[float, list[float]]]:
        for fields in self._rows:
            if not fields:
                continue
            line = self._rows.line_num
            if len(fields) != len(self.names) + 1:
                raise bad(self._path, line, f"{len(fields)} fields, where the header has {len(self.names) + 1}")
            time = time_of(self._path, line, fields[0])
            values = [number_of(self._path, line, field) for field in fields[1:]]
            if time <= self._latest:
                self.late += 1
                continue
            self._latest = time
            yield time, values


@contextmanager
def opened(path: Path, passed: Callable[[int], None]) -> Iterator[Table]:
    """The file. `passed` is told after each part how many bytes were read.

    Raises:
        UsageError: there is no such file.
        StewardError: it cannot be read, or is no such table.
    """
    try:
        with path.open("rb") as raw, TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file:
            yield Table(path, csv.reader(file, strict=True), lambda: passed(raw.tell()))
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError(f"there is no file {path}: name a CSV file: timestamp,SERVICE/METRIC,...") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise StewardError(f"{path}: this is no CSV in UTF-8 ({error})") from None
