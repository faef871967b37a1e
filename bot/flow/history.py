"""The last few values of every series of a query, so that a chart can show what was before the trouble."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.model import Floats

LARGEST = float(np.finfo(np.float32).max)


class History:
    """A ring of ticks in float32: four bytes a series and tick."""

    def __init__(self, ticks: int = 120) -> None:
        self._columns: dict[str, int] = {}
        self._free: list[int] = []
        self._times: Floats = np.full(ticks, np.nan)
        self._values: NDArray[np.float32] = np.full((ticks, 64), np.nan, dtype=np.float32)
        self._next = 0

    def add(self, time: float, keys: Sequence[str], values: Floats) -> None:
        """Takes the values of one tick."""
        for key in keys:
            if key not in self._columns:
                self._columns[key] = self._free.pop() if self._free else len(self._columns)
        if len(self._columns) > self._values.shape[1]:
            wider = np.full((len(self._times), 2 * len(self._columns)), np.nan, dtype=np.float32)
            wider[:, : self._values.shape[1]] = self._values
            self._values = wider
        place = self._next % len(self._times)
        self._times[place] = time
        self._values[place] = np.nan
        self._values[place, [self._columns[key] for key in keys]] = np.where(np.abs(values) <= LARGEST, values, np.nan)
        self._next += 1

    def forget(self, keys: Sequence[str]) -> None:
        """Lets go of series; others can have their columns."""
        for key in keys:
            column = self._columns.pop(key, None)
            if column is not None:
                self._values[:, column] = np.nan
                self._free.append(column)

    def course(self, key: str) -> list[tuple[float, float]]:
        """The finite values of a series as (time, value), oldest first."""
        if key not in self._columns:
            return []
        order = np.roll(np.arange(len(self._times)), -(self._next % len(self._times)))
        values = self._values[order, self._columns[key]]
        known = np.isfinite(values) & np.isfinite(self._times[order])
        return list(zip(self._times[order][known].tolist(), values[known].astype(float).tolist(), strict=True))
