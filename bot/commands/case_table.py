"""The tables of a case as CSV, plain or gzipped, read with errors that name file and line."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from bot.commands.series_csv import bad, time_of
from bot.commands.table_csv import Rows, Table
from bot.domain.errors import StewardError
from detectors.model import Floats

PART = 10_000
"""Rows that are brought into arrays at a time."""
WIDEST = 1 << 20
"""Characters of one field; log lines may be long."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Series side by side. times: epoch seconds, advancing; names: (service, metric); values: [row, series]."""

    times: Floats
    names: tuple[tuple[str, str], ...]
    values: Floats


def find(folder: Path, name: str) -> Path | None:
    """The table of this name in a case, plain before gzipped; None where there is none."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def metrics(path: Path) -> Metrics:
    """Reads `timestamp`, then one column a series named `service/metric`. Rows that go back in time are left out.

    Raises:
        StewardError: the file cannot be read, or a line is not what it should be.
    """
    with _rows(path) as rows:
        table = Table(path, rows, lambda: None)
        parts = list(table.parts(PART))
    if not parts:
        raise bad(path, 1, "no row follows the header")
    values = np.concatenate([part.values for part in parts])
    times = np.concatenate([part.times for part in parts])
    return Metrics(times, tuple(table.names), np.where(np.isfinite(values), values, np.nan))


def records(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, float, list[str]]]:
    """The rows of a table with exactly these columns, the first a time: the line, the time, the other fields.

    Raises:
        StewardError: as `metrics`.
    """
    with _rows(path) as rows:
        header = next(rows, [])
        if header != list(columns):
            raise bad(path, 1, f"the header must be {','.join(columns)}, not {','.join(header)[:60]!r}")
        for fields in filter(None, rows):
            if len(fields) != len(columns):
                raise bad(path, rows.line_num, f"{len(fields)} fields, where {','.join(columns)} are expected")
            yield rows.line_num, time_of(path, rows.line_num, fields[0]), fields[1:]


@contextmanager
def _rows(path: Path) -> Iterator[Rows]:
    """The rows of a file that is open, plain or gzipped; what cannot be read is one clear line."""
    csv.field_size_limit(WIDEST)
    try:
        with path.open("rb") as raw, _plain(path, raw) as file:
            yield csv.reader((text.replace("\0", "\ufffd") for text in file), strict=True)
    except (OSError, EOFError, zlib.error) as error:
        raise StewardError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise StewardError(f"{path}: this is no CSV in UTF-8 ({error})") from None


def _plain(path: Path, raw: BinaryIO) -> TextIOWrapper:
    file = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if path.suffix == ".gz" else raw
    return TextIOWrapper(file, encoding="utf-8-sig", newline="")
