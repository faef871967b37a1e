"""The audit chain: each row's hash covers the row and the hash before it, so none can be changed or left out unseen.

hash = SHA-256(previous hash + canonical JSON of the row without its hash)
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: who did what to which subject (a proposal's or execution's id). `detail` is JSON text."""

    seq: int
    at: float
    actor: str
    what: str
    subject: str
    detail: str
    hash: str = ""


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row after the one with the hash `previous`."""
    canonical = json.dumps({name: row[name] for name in sorted(row) if name != "hash"}, separators=(",", ":"))
    return hashlib.sha256((previous + canonical).encode()).hexdigest()


class Checker:
    """Follows the chain, some rows at a time: from its beginning, or from the row `seen` with the hash `head`."""

    def __init__(self, seen: int = 0, head: str = "") -> None:
        self.seen = seen
        self.head = head

    def first_bad(self, entries: Iterable[Entry]) -> str:
        """Why the first bad row among the next ones is bad, in words; empty when all hold."""
        for entry in entries:
            if entry.seq != self.seen + 1:
                return f"row {self.seen + 1} is missing: row {entry.seq} comes after row {self.seen}"
            if entry.hash != link(self.head, asdict(entry)):
                return f"row {entry.seq} does not fit its hash: it, or a row before it, was changed"
            self.seen, self.head = entry.seq, entry.hash
        return ""
