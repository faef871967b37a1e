"""The audit chain as files of JSON lines, which can be checked without the store.

A line holds a row, its hash and the hash before it: all that the hash covers, exactly. The name of a file says which
rows it holds and the hash of the last one. That hash covers every row before it, so files of one name are equal.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.audit import Checker, Entry


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Rows `first` to `last`; `head` is the hash of the last one."""

    first: int
    last: int
    head: str

    @property
    def name(self) -> str:
        """The name of the file that holds them."""
        return f"audit-{self.first:09}-{self.last:09}-{self.head}.jsonl"

    @classmethod
    def named(cls, name: str) -> Self | None:
        """The rows that a file of this name promises; None when it is no name of ours."""
        found = re.fullmatch(r"audit-(\d{9,18})-(\d{9,18})-([0-9a-f]{64})\.jsonl", name, re.ASCII)
        return cls(int(found[1]), int(found[2]), found[3]) if found else None


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    seq: int = Field(ge=1)
    at: float
    actor: str
    what: str
    subject: str
    detail: str
    hash: str
    previous: str


def line(entry: Entry, previous: str) -> str:
    """The row after the one with the hash `previous`, as a line of ASCII. `detail` stays the text that was hashed."""
    return json.dumps(asdict(entry) | {"previous": previous}) + "\n"


def parse(text: bytes) -> tuple[Entry, str]:
    """The row of a line, and the hash before it.

    Raises:
        ValueError: the line holds none.
    """
    try:
        row = _Row.model_validate_json(text).model_dump()
    except ValidationError:
        raise ValueError("no row of an export, or only a part of one") from None
    previous = row.pop("previous")
    return Entry(**row), previous


class Files:
    """Checks files of an export, in the order of their rows.

    Each begins where an earlier one ended; the first may begin anywhere. Two exports at the same moment may both hold
    some rows: these must be the same.
    """

    def __init__(self) -> None:
        self.number = 0
        self.first = 0
        self.before = ""
        self.last = 0
        self.head = ""
        self._ends: dict[int, str] = {}

    def first_bad(self, name: str, lines: Iterable[bytes]) -> str:
        """Why the first bad row of the next file is bad, in words; empty when all hold."""
        checker: Checker | None = None
        begin = 0
        for number, text in enumerate(lines, 1):
            try:
                entry, previous = parse(text)
            except ValueError as error:
                return f"line {number}: {error}"
            if checker is None:
                if bad := self._odd_begin(entry.seq, previous):
                    return bad
                begin, checker = entry.seq, Checker(entry.seq - 1, previous)
            if bad := self._odd(entry, text, checker):
                return bad
        if checker is None:
            return "it holds no rows"
        return self._end(name, Span(begin, checker.seen, checker.head))

    def _odd_begin(self, seq: int, previous: str) -> str:
        if not self.number:
            known = previous if seq > 1 else ""
            self.first, self.before, self.last = seq, known, seq - 1
            self._ends[seq - 1] = known
        if seq > self.last + 1:
            return f"rows {self.last + 1} to {seq - 1} are missing"
        if seq - 1 not in self._ends:
            return f"it begins with row {seq}, and no file before it ends with row {seq - 1}"
        fits = self._ends[seq - 1] == previous
        return "" if fits else f"row {seq} does not follow the row {seq - 1} that is known"

    def _odd(self, entry: Entry, text: bytes, checker: Checker) -> str:
        expected = line(entry, checker.head).encode()
        if bad := checker.first_bad([entry]):
            return bad
        if text != expected:
            return f"row {entry.seq} is not written as an export writes it: its line was changed or cut off"
        fits = self._ends.get(entry.seq, entry.hash) == entry.hash
        return "" if fits else f"row {entry.seq} is not the row {entry.seq} that ends another file"

    def _end(self, name: str, span: Span) -> str:
        promised = Span.named(PurePath(name).name)
        if promised and promised != span:
            held = f"it holds rows {span.first} to {span.last} with the head {span.head[:12]}"
            return f"{held}, and its name promises {promised.first} to {promised.last} with {promised.head[:12]}"
        if span.last < self.last:  # its last row could not be compared with anything
            return f"it ends before row {self.last}, which was seen: give the files in the order of their names"
        self.number += 1
        self.last, self.head = span.last, span.head
        self._ends[span.last] = span.head
        return ""
