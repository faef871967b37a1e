"""Follows log files through growth, rotation by rename and by copy-and-truncate. Keeps no file open.

A file is known again by its inode and by its first bytes, which a file that was truncated and grew again has not.
"""

import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

# So many first bytes tell a file from others.
HEAD = 1_024

# A line longer than this is taken cut, and its rest passed over.
MOST_LINE = 64_000

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file was read. `head` is the checksum of its first `head_size` bytes; `skip`: inside a cut line."""

    inode: int
    offset: int = 0
    head: int = 0
    head_size: int = 0
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """New lines of one file, without their ends, and where reading goes on. `behind`: bytes left for the next time."""

    lines: list[bytes]
    encoding: str
    position: Position
    behind: int


def at_end(path: Path) -> Position:
    """The position behind the last complete line that is there now."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        _, _, newline = _encoding(file)
        start = max(size - MOST_LINE, 0)
        start -= start % len(newline)
        file.seek(start)
        ends = _ends(file.read(MOST_LINE), newline)
        offset = start + ends[-1] if ends else start
        return _marked(file, Position(os.fstat(file.fileno()).st_ino, offset, skip=not ends and start > 0))


def last(path: Path) -> Chunk:
    """The lines in the last MOST_LINE bytes that are there now."""
    stat = path.stat()
    return read(path, Position(stat.st_ino, max(stat.st_size - MOST_LINE, 0)), MOST_LINE)


def at_start(path: Path) -> Position:
    """The position before the first line."""
    return Position(path.stat().st_ino)


def follows(path: Path, position: Position) -> bool:
    """Whether the file is the one of this position, possibly grown; false when another, truncated or unreadable."""
    try:
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            head = file.read(position.head_size)
    except OSError:
        return False
    known = position.head_size > 0 or stat.st_ino == position.inode
    return known and stat.st_size >= position.offset and zlib.crc32(head) == position.head


def stem_of(path: Path) -> str:
    """What a log file and its rotated versions have in common: `shop` of `shop.log.1`."""
    return path.name.lstrip(".").split(".")[0] or path.name


def successor(path: Path, others: Iterable[Path], position: Position) -> Path | None:
    """Where the file of this position went: the one of `others` beside it that continues it."""
    return next(
        (other for other in others if other != path and _related(other, path) and follows(other, position)), None
    )


def _related(other: Path, path: Path) -> bool:
    return other.name.startswith(stem_of(path)) and other.is_file()


def read(path: Path, position: Position, most: int, final: bool = False) -> Chunk:
    """The complete lines in the next `most` bytes; with `final`, for a file that grows no more, its last piece too."""
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        encoding, bom, newline = _encoding(file)
        start = max(position.offset, bom)
        file.seek(start)
        data = file.read(most)
        behind = max(stat.st_size - start - len(data), 0)
        used, lines, skip = _split(data, newline, position.skip, final and not behind)
        moved = replace(position, inode=stat.st_ino, offset=start + used if data else position.offset, skip=skip)
        return Chunk(lines, encoding, _marked(file, moved), behind)


def _split(data: bytes, newline: bytes, skip: bool, final: bool) -> tuple[int, list[bytes], bool]:
    """Bytes used, the lines in them, and whether the next read begins inside a line that was cut."""
    ends = _ends(data, newline)
    lines = [data[start : end - len(newline)] for start, end in pairwise([0, *ends])]
    if skip:
        lines = lines[1:]
    used = ends[-1] if ends else 0
    rest = len(data) - used
    inside = skip and not ends
    if not (inside or final or rest > MOST_LINE):
        return used, lines, False
    if rest and not inside:
        lines.append(data[used:])
    return len(data) - len(data) % len(newline), lines, (inside or rest > 0) and not final


def _ends(data: bytes, newline: bytes) -> list[int]:
    """Where lines end. A UTF-16 line ends at even places only."""
    return [found.end() for found in re.finditer(re.escape(newline), data) if found.end() % len(newline) == 0]


def _encoding(file: BinaryIO) -> tuple[str, int, bytes]:
    """The encoding that a file declares by its first bytes (UTF-8 if none), their number, and its line end."""
    file.seek(0)
    first = file.read(3)
    for bom, encoding in _BOMS.items():
        if first.startswith(bom):
            return encoding, len(bom), "\n".encode(encoding)
    return "utf-8", 0, b"\n"


def _marked(file: BinaryIO, position: Position) -> Position:
    file.seek(0)
    head = file.read(min(HEAD, position.offset))
    return replace(position, head=zlib.crc32(head), head_size=len(head))
