"""The course of a series in a picture: its values, the normal range, and louder what is outside of it."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from bot.chat.png_ink import BAND, BLUE, DIM, SKY, VERMILION
from bot.domain import axis
from bot.domain.picture import Picture

Column = NDArray[np.float64]


class Course:
    """The points as columns, with NaN where nothing is known, and the levels that they reach."""

    def __init__(self, one: Picture) -> None:
        self._at = _column(point.at - one.from_ for point in one.points)
        self._value = _column(point.value for point in one.points)
        self._expected = _column(point.expected for point in one.points)
        low, high = _column(point.low for point in one.points), _column(point.high for point in one.points)
        never_below = bool(np.nanmin(self._value) >= 0)  # then what is normal does not reach below zero either
        self._low, self._high = [np.maximum(edge, 0.0) if never_below else edge for edge in (low, high)]
        seen = np.concatenate([self._value, self._low, self._high])
        least, most = float(np.nanmin(seen)), float(np.nanmax(seen))
        # From zero, unless that would flatten everything.
        self.levels = axis.levels(0.0 if 0 <= least < 0.6 * most else least, most, one.unit)
        self.limits = min(least, self.levels[0]), max(most, self.levels[-1])

    @property
    def banded(self) -> bool:
        """Whether there is a normal range to see."""
        return bool(np.isfinite(self._low + self._high).any())

    def draw(self, axes: Axes) -> None:
        """Draws it; the axes are in seconds since the picture's beginning and in the unit."""
        axes.fill_between(self._at, self._low, self._high, color=BAND, linewidth=0, zorder=1)
        for edge in (self._low, self._high):
            axes.plot(self._at, edge, color=SKY, linewidth=1.5, zorder=2)
        axes.plot(self._at, self._expected, color=DIM, linewidth=1.5, linestyle=(0, (2, 3)), zorder=3)
        axes.plot(self._at, self._value, color=BLUE, linewidth=3.5, zorder=4, clip_on=False)
        axes.plot(self._at, self._odd(), color=VERMILION, linewidth=5.5, zorder=5, clip_on=False)
        known, odd = np.isfinite(self._value), np.isfinite(self._odd())
        joined = np.concatenate([[False], known[:-1]]) | np.concatenate([known[1:], [False]])
        dots = known & ~joined
        dots[np.flatnonzero(known)[-1]] = True  # and the newest, so that it is seen where it stands
        for which, color in ((dots & ~odd, BLUE), (dots & odd, VERMILION)):
            axes.plot(self._at[which], self._value[which], "o", color=color, markersize=10, zorder=6, clip_on=False)

    def _odd(self) -> Column:
        """The values outside of the normal range, each with the one before it, so that the line is seen to leave."""
        out = (self._value > self._high) | (self._value < self._low)
        return np.where(out | np.concatenate([out[1:], [False]]), self._value, np.nan)


def _column(values: Iterable[float | None]) -> Column:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
