"""`steward templates`: the log templates of a file, a line each."""

import argparse
import os
import sys
import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.domain.errors import StewardError, UsageError
from bot.domain.words import count
from bot.sources.loglines import clean
from bot.sources.tail import MOST_LINE
from detectors.mining import Miner
from detectors.templates import template_id

EXAMPLE = "steward templates app.log --out templates.csv"

BLOCK = 1 << 18
"""Bytes that are read at a time: what templates can be new before old ones are forgotten."""
ROWS = 1 << 16
"""Rows that are written at a time."""
SMALL = 1 << 24
"""Bytes of a log that is read too soon for anyone to ask how far it is."""
_QUOTED = frozenset(',"')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The log and the table to write."""
    parser.add_argument("log", type=Path, metavar="FILE.log", help="a log, a message a line")
    parser.add_argument("--out", type=Path, required=True, metavar="T.csv", help="the table: line,template_id,template")


def run(arguments: argparse.Namespace) -> int:
    """Mines the whole file, then writes each line's template as it is known at the end."""
    log, out = arguments.log, arguments.out
    if out.exists() and log.exists() and out.samefile(log):
        raise UsageError(f"--out {out} is the log itself: name another file")
    try:
        with log.open("rb") as file, out.open("w", encoding="utf-8", newline="") as table:
            lines, found = _table(file, table)
    except OSError as error:
        raise StewardError(f"{error.filename or out}: {error.strerror or error}") from error
    print(f"{count(lines, 'line')}, {count(found, 'template')}: {out}")
    return 0


def _table(file: BinaryIO, table: TextIO) -> tuple[int, int]:
    """Fills the table; gives how many lines and templates there are. The lines' numbers wait on the disk meanwhile."""
    miner, size, lines = Miner(), os.fstat(file.fileno()).st_size, 0
    with tempfile.TemporaryFile() as numbers:
        for block in _blocks(file):
            found = miner.add(block.decode(errors="replace").split("\n"))
            numbers.write(array("I", found))
            lines += len(found)
            _progress(lines, file.tell(), size)
        numbers.seek(0)
        return lines, _write(table, miner, numbers)


def _write(table: TextIO, miner: Miner, numbers: BinaryIO) -> int:
    """A row for each line; gives how many templates there are."""
    now = miner.all_now()
    rests = {number: _rest(miner.text(number)) for number in set(now)}
    used: set[int] = set()
    line = 1
    table.write("line,template_id,template\n")
    while chunk := numbers.read(ROWS * now.itemsize):
        found = [now[number] for number in array("I", chunk)]
        table.write("".join([f"{at}{rests[number]}" for at, number in enumerate(found, line)]))
        used.update(found)
        line += len(found)
    return len({rests[number] for number in used})


def _rest(template: str) -> str:
    """What follows the number of a line: the template's id and its text, quoted where CSV asks for it."""
    text = clean(template)
    if not _QUOTED.isdisjoint(text):
        text = '"' + text.replace('"', '""') + '"'
    return f",{template_id('', template)},{text}\n"


def _progress(lines: int, read: int, size: int) -> None:
    """How far it is, on a terminal, where it takes long."""
    if sys.stderr.isatty() and (size > SMALL):
        sys.stderr.write(f"\r{min(read / size, 1.0):4.0%} read, {lines} lines" + "\n" * (read >= size))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines, without the last one's end; a line longer than MOST_LINE may come cut."""
    head = b""
    while block := file.read(BLOCK):
        lines, end, rest = block.rpartition(b"\n")
        if end:
            yield head + lines
            head = rest
        else:
            head += rest[: max(MOST_LINE - len(head), 0)]
    if head:
        yield head
