"""Which row of the columns belongs to which series."""

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import cast

import numpy as np

from detectors.model import Flags, Rows


class Register:
    """Keys and their rows. Rows of forgotten keys are given to new ones before new rows are made."""

    def __init__(self) -> None:
        self._row: dict[str, int] = {}
        self._key: list[str | None] = []
        self._free: list[int] = []
        self._used: Rows | None = None
        self._asked: tuple[str, ...] | None = None
        self._found: Rows = np.zeros(0, dtype=np.intp)
        self._whole = False

    def __len__(self) -> int:
        """The rows in all, free ones too."""
        return len(self._key)

    def __contains__(self, key: str) -> bool:
        return key in self._row

    def find(self, keys: Sequence[str]) -> Rows:
        """The row of each key, -1 where the key is not known."""
        row = self._row
        return np.fromiter((row.get(key, -1) for key in keys), dtype=np.intp, count=len(keys))

    def found(self, keys: Sequence[str]) -> Rows:
        """As `find`, for the keys of a tick. Not to be written to: the last answer is remembered.

        A source asks for the same keys in the same order, tick after tick; a tuple of them is not even copied.
        """
        asked = tuple(keys)
        if asked is not self._asked and asked != self._asked:
            self._found = self.find(asked)
            self._whole = np.array_equal(np.sort(self._found), self.used())
        self._asked = asked
        return self._found

    def whole(self, keys: Sequence[str]) -> bool:
        """Whether these are all the keys that are known, each once."""
        self.found(keys)
        return self._whole

    def key(self, row: int) -> str:
        """The key of a row. Raises KeyError for a free row."""
        key = self._key[row]
        if key is None:
            raise KeyError(f"row {row} is free")
        return key

    def keys(self, where: Flags) -> Sequence[str]:
        """The keys of some rows, none of them free: `where` has an entry for each row."""
        return list(compress(cast("list[str]", self._key), where.tolist()))

    def add(self, keys: Iterable[str]) -> None:
        """Gives a row to each key that has none."""
        self._forget_answers()
        for key in keys:
            if key in self._row:
                continue
            if self._free:
                row = self._free.pop()
                self._key[row] = key
            else:
                row = len(self._key)
                self._key.append(key)
            self._row[key] = row

    def drop(self, rows: Rows) -> Sequence[str]:
        """Frees these rows; gives the keys that had them."""
        self._forget_answers()
        keys = [self.key(row) for row in rows.tolist()]
        for key in keys:
            row = self._row.pop(key)
            self._key[row] = None
            self._free.append(row)
        return keys

    def used(self) -> Rows:
        """The rows that belong to a key, ascending."""
        if self._used is None:
            self._used = np.flatnonzero([key is not None for key in self._key])
        return self._used

    def snapshot(self) -> list[str | None]:
        """The key of each row, None for a free one."""
        return list(self._key)

    def restore(self, keys: Sequence[str | None]) -> None:
        """Takes a snapshot back. Raises ValueError when a key has two rows."""
        row = {key: row for row, key in enumerate(keys) if key is not None}
        free = [row for row, key in enumerate(keys) if key is None]
        if len(row) + len(free) != len(keys):
            raise ValueError("the snapshot gives one series two rows")
        self._row, self._key, self._free = row, list(keys), free
        self._forget_answers()

    def _forget_answers(self) -> None:
        self._used = self._asked = None
