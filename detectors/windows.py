"""The last hours and days of many series at once, coarse: rings of means over windows that double from 1.5 h to 4 d."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.columns import Columns
from detectors.model import Flags, Floats, Rows

SPANS: Floats = np.array([1.5, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0]) * 3600.0
"""Seconds that each window spans."""
BINS = 24
FINE = float(SPANS[0]) / BINS
"""Seconds of a bin of the shortest window. Two of them make a bin of the next one."""
QUARTERS = 4
PARTS = BINS // QUARTERS
LEAST = 3
"""Of the PARTS bins of a quarter those that must have a mean."""
LARGEST = 1e38
"""What float32 can hold, and room to subtract."""


class Windows:
    """For each row and window a ring of 24 means; the bins of a row lie on the clock, whatever the ticks do."""

    def __init__(self) -> None:
        rings = np.full((len(SPANS), BINS), np.nan, dtype=np.float32)
        self._state = Columns(bin=np.nan, total=0.0, count=0.0, mean=np.nan, rings=rings)

    def resize(self, rows: int) -> None:
        """Makes room for this many rows."""
        self._state.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._state.reset(rows)

    def add(self, rows: Rows, time: float, values: Floats) -> Flags:
        """Takes a sample for each of these rows; says for which of them it began a new bin of the shortest window."""
        state, now = self._state, time // FINE
        before = state["bin"][rows]
        closed: Flags = (before != now) & ~np.isnan(before)
        for old in np.unique(before[closed]).tolist():
            self._close(rows[before == old], int(old), int(now))
        fresh = rows[before != now]
        state["bin"][fresh] = now
        state["total"][fresh] = state["count"][fresh] = 0.0
        state["total"][rows] += values
        state["count"][rows] += 1.0
        return closed

    def quarters(self, rows: Rows, time: float) -> Floats:
        """[window, quarter, row] the medians of the quarters, oldest first; NaN for those with hardly a sample."""
        bins = self._closed(rows, time)
        ordered = np.sort(bins, axis=2)  # NaN last
        count = np.isfinite(bins).sum(axis=2, keepdims=True)
        lower = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=2).astype(np.float64)
        upper = np.take_along_axis(ordered, np.minimum(count // 2, PARTS - 1), axis=2).astype(np.float64)
        return np.where(count >= LEAST, (lower + upper) / 2, np.nan)[:, :, 0]

    def newest(self, rows: Rows) -> Floats:
        """The mean of the bin of the shortest window that was closed last."""
        newest: Floats = self._state["mean"][rows]
        return newest

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return self._state.snapshot()

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one."""
        self._state.restore(arrays)

    def _closed(self, rows: Rows, time: float) -> Floats:
        """[window, quarter, bin, row] the bins that are closed. Where the open one will be is the oldest of them."""
        last = int(time // FINE) >> np.arange(len(SPANS))
        order = (last[:, np.newaxis] + np.arange(BINS)) % BINS
        which = np.arange(len(SPANS))[:, np.newaxis, np.newaxis]
        picked: Floats = self._state["rings"][which, order[..., np.newaxis], rows]
        return picked.reshape(len(SPANS), QUARTERS, PARTS, len(rows))

    def _close(self, rows: Rows, old: int, new: int) -> None:
        """Writes the bin that ended into every ring in which one ended, and empties those that nobody saw."""
        rings = self._state["rings"]
        mean = self._state["total"][rows] / self._state["count"][rows]
        self._state["mean"][rows] = mean
        for scale in range(len(SPANS)):
            if old == new:
                return
            rings[scale, old % BINS, rows] = np.clip(mean, -LARGEST, LARGEST)
            for missed in range(old + 1, min(new, old + 1 + BINS)):
                rings[scale, missed % BINS, rows] = np.nan
            old, new = old // 2, new // 2
            mean = _mean(rings[scale, 2 * old % BINS, rows], rings[scale, (2 * old + 1) % BINS, rows])


def lags(time: float) -> Floats:
    """[window] seconds since the middle of the last quarter."""
    wide = FINE * 2.0 ** np.arange(len(SPANS))
    return time - (time // wide * wide - SPANS / 8)


def _mean(one: Floats, other: Floats) -> Floats:
    both = one / 2 + other / 2
    return np.where(np.isnan(one), other, np.where(np.isnan(other), one, both))
