"""One series as CSV: `timestamp,value`, read line by line with errors that name the line."""

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.domain.errors import StewardError, UsageError
from detectors.model import Floats

HEADER = ["timestamp", "value"]


class Row(NamedTuple):
    """One sample as it was written, and what it means: epoch seconds, and the value, NaN where none is given."""

    timestamp: str
    text: str
    time: float
    value: float


def read(path: Path, passed: Callable[[int], None]) -> Iterator[Row]:
    """The rows of a file, in their order. `passed` is told, now and then, how many bytes were read.

    Raises:
        UsageError: there is no such file.
        StewardError: it cannot be read, or a line is not what it should be.
    """
    number = 0
    try:
        with path.open("rb") as raw, TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            if (header := next(rows, [])) != HEADER:
                raise bad(path, 1, f"the header must be {','.join(HEADER)}, not {','.join(header)[:60]!r}")
            for number, fields in enumerate(rows, start=1):
                if number % 10_000 == 0:
                    passed(raw.tell())
                if fields:
                    yield _row(path, rows.line_num, fields)
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError(f"there is no file {path}: name a CSV file with the columns {','.join(HEADER)}") from None
    except OSError as error:
        raise StewardError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise StewardError(f"{path} after line {number + 1}: this is no CSV in UTF-8 ({error})") from None


def usual_step(times: Floats, otherwise: float) -> float:
    """The usual seconds between samples; `otherwise` where there are too few to tell."""
    steps = np.diff(times)
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else otherwise


def time_of(path: Path, line: int, text: str) -> float:
    """Epoch seconds; a time without a zone is UTC. Raises StewardError when it is no time."""
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    with suppress(ValueError):
        time = float(text)
        if math.isfinite(time):
            return time
    raise bad(path, line, f"{text[:40]!r} is no time: write ISO 8601 or epoch seconds")


def number_of(path: Path, line: int, text: str) -> float:
    """The number, NaN where nothing stands. Raises StewardError when it is something else."""
    if not text.strip():
        return math.nan
    try:
        return float(text)
    except ValueError:
        raise bad(path, line, f"{text[:40]!r} is no number; leave it empty where a sample is missing") from None


def bad(path: Path, line: int, what: str) -> StewardError:
    """The error for a line of a file."""
    return StewardError(f"{path} line {line}: {what}")


def _row(path: Path, line: int, fields: Sequence[str]) -> Row:
    if len(fields) != len(HEADER):
        raise bad(path, line, f"{len(fields)} fields, where timestamp and value are expected")
    timestamp, text = fields
    return Row(timestamp, text, time_of(path, line, timestamp), number_of(path, line, text))
