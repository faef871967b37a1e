"""`steward detect`: scores one series from a file with the bank that watches live."""

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from bot.commands.series_csv import HEADER, Row, read, usual_step
from bot.domain.errors import StewardError, UsageError
from detectors.bank import Bank
from detectors.model import Traits
from detectors.ranges import WARM_UP

EXAMPLE = "steward detect latency.csv --out scores.csv"

ROWS = 20_000
"""Rows that are in memory at a time."""
DETECTOR = "novelty"
EVERY = 60.0
"""Seconds between samples where the file has too few to tell. Else the rows of the warm-up tell, for before its end
everything scores 0."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file to read and the one to write."""
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="one series: timestamp,value")
    parser.add_argument("--out", type=Path, required=True, metavar="SCORES.csv", help="timestamp,value,score,anomaly")


def run(arguments: argparse.Namespace) -> int:
    """Scores the file row by row: what is said of a row depends on the rows up to it alone."""
    source, out = arguments.file, arguments.out
    if out.resolve() == source.resolve():
        raise UsageError(f"--out {out} is the file to read: name another")
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            count, found = _write(file, _scored(read(source, _Progress(source))))
        part.replace(out)
    except OSError as error:
        raise StewardError(f"{out} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    print(f"rows: {count}, anomalies: {found}, written to {out}")
    return 0


class _Progress:
    """Says on a terminal how far the reading is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, done: int) -> None:
        if sys.stderr.isatty():
            share = min(1.0, done / max(self._path.stat().st_size, 1))
            sys.stderr.write(f"\r{share:5.0%} " + ("\r      \r" if share >= 1.0 else ""))


def _write(file: TextIO, scored: Iterable[tuple[Row, float, bool]]) -> tuple[int, int]:
    """Writes the rows; gives how many there are, and how many anomalies."""
    count = found = 0
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*HEADER, "score", "anomaly"])
    for row, score, anomalous in scored:
        writer.writerow([row.timestamp, row.text, f"{score:.6g}", int(anomalous)])
        count, found = count + 1, found + anomalous
    return count, found


def _scored(rows: Iterator[Row]) -> Iterator[tuple[Row, float, bool]]:
    """Each row with its score and the decision."""
    bank: Bank | None = None
    while part := list(islice(rows, ROWS)):
        times = np.array([row.time for row in part])
        if bank is None:
            bank = Bank(Traits(every=usual_step(times[:WARM_UP], EVERY)), [DETECTOR])
        scores = bank.replay(times, ["series"], np.array([[row.value] for row in part]))[DETECTOR]
        yield from zip(part, scores.score[:, 0].tolist(), scores.anomalous[:, 0].tolist(), strict=True)
