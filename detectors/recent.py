"""The last few ticks of every row, so that a chart can show what was before the trouble."""

import numpy as np
from numpy.typing import NDArray

from detectors.model import Floats, Rows

LARGEST = float(np.finfo(np.float32).max)


class Recent:
    """A ring of ticks in float32: four bytes a row and tick. It is no part of a snapshot."""

    def __init__(self, ticks: int) -> None:
        self._times: Floats = np.full(ticks, np.nan)
        self._values: NDArray[np.float32] = np.full((ticks, 0), np.nan, dtype=np.float32)
        self._next = 0

    @property
    def ticks(self) -> int:
        """The ticks that are remembered."""
        return len(self._times)

    def resize(self, rows: int) -> None:
        """Makes room for this many rows."""
        more = np.full((self.ticks, rows - self._values.shape[1]), np.nan, dtype=np.float32)
        self._values = np.concatenate([self._values, more], axis=1)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._values[:, rows] = np.nan

    def keep(self, ticks: int) -> None:
        """Remembers so many ticks from now on; of those that are known the newest stay."""
        if ticks == self.ticks:
            return
        order = self._order()
        order = order[max(len(order) - ticks, 0) :]
        times, values = np.full(ticks, np.nan), np.full((ticks, self._values.shape[1]), np.nan, dtype=np.float32)
        times[: len(order)], values[: len(order)] = self._times[order], self._values[order]
        self._times, self._values, self._next = times, values, len(order)

    def update(self, times: Floats, values: Floats) -> None:
        """Takes ticks of the first rows: [tick] and [tick, row]."""
        if not self.ticks:
            return
        late = max(len(times) - self.ticks, 0)
        times, values = times[late:], values[late:]
        places = (self._next + np.arange(len(times))) % self.ticks
        known = np.where(np.abs(values) <= LARGEST, values, np.nan)
        self._times[places] = times
        self._values[places, values.shape[1] :] = np.nan
        self._values[places, : values.shape[1]] = known
        self._next += len(times)

    def course(self, row: int) -> list[tuple[float, float]]:
        """The finite values of a row as (time, value), oldest first."""
        order = self._order()
        times, values = self._times[order], self._values[order, row]
        known = np.isfinite(values)
        return list(zip(times[known].tolist(), values[known].astype(float).tolist(), strict=True))

    def _order(self) -> Rows:
        """The places of the ticks that are known, oldest first."""
        known = min(self._next, self.ticks)
        return (self._next - known + np.arange(known)) % max(self.ticks, 1)
