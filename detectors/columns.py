"""The state of many series as named columns, one entry a row."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.model import Floats, Rows, Scores


class Columns:
    """Named columns of one length. `blank` says, by name, what a row that knows nothing holds: a number or an array.

    Columns are read and written by indexing with rows: `columns["mean"][rows]`.
    """

    def __init__(self, **blank: ArrayLike) -> None:
        self._blank = {name: np.asarray(entry) for name, entry in blank.items()}
        self._columns = {name: self._fresh(name, 0) for name in blank}

    def __getitem__(self, name: str) -> Floats:
        return self._columns[name]

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; never gives room back."""
        for name, column in self._columns.items():
            if rows > len(column):
                self._columns[name] = np.concatenate([column, self._fresh(name, rows - len(column))])

    def reset(self, rows: Rows) -> None:
        """Makes these rows blank."""
        for name, column in self._columns.items():
            column[rows] = self._blank[name]

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
        if len({len(array) if array.ndim else -1 for array in arrays.values()}) > 1:
            raise ValueError("the snapshot's columns differ in length")
        for name, array in arrays.items():
            blank = self._blank[name]
            if array.shape[1:] != blank.shape or array.ndim != blank.ndim + 1 or array.dtype != blank.dtype:
                raise ValueError(f"the snapshot's column {name!r} is {array.dtype}{list(array.shape)}")
        self._columns = {name: np.array(array, dtype=self._blank[name].dtype) for name, array in arrays.items()}

    def _fresh(self, name: str, rows: int) -> Floats:
        return np.repeat(self._blank[name][np.newaxis], rows, axis=0)


def spread(part: Scores, where: NDArray[np.bool_]) -> Scores:
    """Scores of some rows among all: the others get score 0, not anomalous, and no band."""

    def over(column: Floats, fill: float) -> Floats:
        out = np.full(len(where), fill)
        out[where] = column
        return out

    anomalous = np.zeros(len(where), dtype=np.bool_)
    anomalous[where] = part.anomalous
    nothing = float("nan")
    return Scores(
        over(part.score, 0.0),
        anomalous,
        over(part.expected, nothing),
        over(part.low, nothing),
        over(part.high, nothing),
    )
