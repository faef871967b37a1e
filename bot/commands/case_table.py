"""The tables of a case as CSV, plain or gzipped, read with errors that name file and line."""

import csv
import gzip
import math
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from bot.domain.errors import StewardError
from detectors.model import Floats

WIDEST = 1 << 20
"""Characters of one field; log lines may be long."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Series side by side. times: epoch seconds, rising; names: (service, metric); values: [row, series]."""

    times: Floats
    names: tuple[tuple[str, str], ...]
    values: Floats


def find(folder: Path, name: str) -> Path | None:
    """The table of this name in a case, plain before gzipped; None where there is none."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def metrics(path: Path) -> Metrics:
    """Reads `timestamp`, then one column a series named `service/metric`. Rows come out in the order of their times.

    Raises:
        StewardError: the file cannot be read, or a line is not what it should be.
    """
    rows = table(path)
    line, header = next(rows, (1, []))
    if header[:1] != ["timestamp"] or len(header) < 2:
        raise bad(path, line, "the header must be timestamp, then a column service/metric for each series")
    names = tuple(_name(path, one) for one in header[1:])
    twice = [name for name, number in Counter(names).items() if number > 1]
    if twice:
        raise bad(path, line, f"the column {'/'.join(twice[0])[:60]!r} is there twice")
    times, values = array("d"), array("d")
    for line, fields in rows:
        if len(fields) != len(header):
            raise bad(path, line, f"{len(fields)} fields, where the header has {len(header)}")
        times.append(time_of(path, line, fields[0]))
        values.extend(_numbers(path, line, fields[1:]))
    order = np.argsort(np.array(times), kind="stable")
    found = np.array(values).reshape(-1, len(names))[order]
    return Metrics(np.array(times)[order], names, np.where(np.isfinite(found), found, np.nan))


def records(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, float, list[str]]]:
    """The rows of a table with exactly these columns, the first a time: the line, the time, the other fields.

    Raises:
        StewardError: as `metrics`.
    """
    rows = table(path)
    line, header = next(rows, (1, []))
    if header != list(columns):
        raise bad(path, line, f"the header must be {','.join(columns)}, not {','.join(header)[:60]!r}")
    for line, fields in rows:
        if len(fields) != len(columns):
            raise bad(path, line, f"{len(fields)} fields, where {','.join(columns)} are expected")
        yield line, time_of(path, line, fields[0]), fields[1:]


def table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its last line."""
    line = 0
    csv.field_size_limit(WIDEST)
    try:
        with path.open("rb") as raw, _plain(path, raw) as file:
            rows = csv.reader((text.replace("\0", "\ufffd") for text in file), strict=True)
            for fields in rows:
                line = rows.line_num
                if fields:
                    yield line, fields
    except (OSError, EOFError) as error:
        raise StewardError(
            f"{path} cannot be read after line {line}: {getattr(error, 'strerror', None) or error}"
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise StewardError(f"{path} after line {line}: this is no CSV in UTF-8 ({error})") from None


def moment(text: str) -> float | None:
    """Epoch seconds of an ISO 8601 time, UTC where it names no zone, or of epoch seconds; None where it is neither."""
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    with suppress(ValueError):
        time = float(text)
        return time if math.isfinite(time) else None
    return None


def time_of(path: Path, line: int, text: str) -> float:
    """The time in a field, or the error that says where there is none."""
    time = moment(text)
    if time is None:
        raise bad(path, line, f"{text[:40]!r} is no time: write ISO 8601 or epoch seconds")
    return time


def bad(path: Path, line: int, what: str) -> StewardError:
    """The error that names file and line."""
    return StewardError(f"{path} line {line}: {what}")


def _plain(path: Path, raw: BinaryIO) -> TextIOWrapper:
    file = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if path.suffix == ".gz" else raw
    return TextIOWrapper(file, encoding="utf-8-sig", newline="")


def _name(path: Path, column: str) -> tuple[str, str]:
    service, _, metric = column.partition("/")
    if not (service and metric):
        raise bad(path, 1, f"the column {column[:60]!r} must be named service/metric")
    return service, metric


def _numbers(path: Path, line: int, fields: Sequence[str]) -> "array[float]":
    try:
        return array("d", [float(text) if text.strip() else math.nan for text in fields])
    except ValueError:
        wrong = next(text for text in fields if text.strip() and not _is_number(text))[:40]
        raise bad(path, line, f"{wrong!r} is no number; leave it empty where a sample is missing") from None


def _is_number(text: str) -> bool:
    with suppress(ValueError):
        float(text)
        return True
    return False
