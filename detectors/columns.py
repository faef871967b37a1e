"""The state of many series as named columns, one entry a row. Rows are the last axis: like lies beside like."""

from collections.abc import Callable, Mapping
from dataclasses import fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.model import Floats, Rows, Scores


class Columns:
    """Named columns of one length. `blank` says, by name, what a row that knows nothing holds: a number or an array.

    Columns are read and written by indexing with rows: `columns["mean"][rows]`, `columns["table"][bucket, rows]`.
    """

    def __init__(self, **blank: ArrayLike) -> None:
        self._blank = {name: np.asarray(entry) for name, entry in blank.items()}
        self._columns = {name: self._fresh(name, 0) for name in blank}

    def __getitem__(self, name: str) -> Floats:
        return self._columns[name]

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; never gives room back."""
        for name, column in self._columns.items():
            if rows > column.shape[-1]:
                more = self._fresh(name, rows - column.shape[-1])
                self._columns[name] = np.concatenate([column, more], axis=-1)

    def reset(self, rows: Rows) -> None:
        """Makes these rows blank."""
        for name, column in self._columns.items():
            column[..., rows] = self._blank[name][..., np.newaxis]

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """A copy of every column."""
        return {name: column.copy() for name, column in self._columns.items()}

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back.

        Raises:
            ValueError: other names, types or shapes than these columns have.
        """
        if set(arrays) != set(self._blank):
            raise ValueError(f"the snapshot holds {sorted(arrays)}, not {sorted(self._blank)}")
        if len({array.shape[-1] if array.ndim else -1 for array in arrays.values()}) > 1:
            raise ValueError("the snapshot's columns differ in length")
        for name, array in arrays.items():
            blank = self._blank[name]
            if array.shape[:-1] != blank.shape or array.ndim != blank.ndim + 1 or array.dtype != blank.dtype:
                raise ValueError(f"the snapshot's column {name!r} is {array.dtype}{list(array.shape)}")
        self._columns = {name: np.array(array, dtype=self._blank[name].dtype) for name, array in arrays.items()}

    def _fresh(self, name: str, rows: int) -> Floats:
        return np.repeat(self._blank[name][..., np.newaxis], rows, axis=-1)


def nothing(*shape: int) -> Scores:
    """Scores that say nothing: 0, not anomalous, and no band."""
    none = (np.full(shape, np.nan) for _ in range(3))
    return Scores(np.zeros(shape), np.zeros(shape, dtype=np.bool_), *none)


def spread(part: Scores, where: NDArray[np.bool_]) -> Scores:
    """Scores of some rows among all: nothing is said of the others."""
    out = nothing(len(where))
    for column in fields(Scores):
        getattr(out, column.name)[where] = getattr(part, column.name)
    return out


def tick_by_tick(score: Callable[[float, Floats], Scores], times: Floats, values: Floats) -> Scores:
    """The scores of a detector that looks at one tick at a time, for some ticks."""
    ticks = [score(time, row) for time, row in zip(times.tolist(), values, strict=True)]
    return Scores(*(np.stack([getattr(tick, column.name) for tick in ticks]) for column in fields(Scores)))
