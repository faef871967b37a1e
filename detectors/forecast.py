"""How long until a series is full, where it climbs steadily.

Trends are resistant lines (Tukey, Exploratory Data Analysis, 1977) through the medians of the four quarters of windows
that double from 1.5 hours to 4 days. A window is projected when all of this holds:

* steady: each quarter moved at least half as much as on average, the last one four fifths: what levels off, or jumped
  once, does not;
* going on: it went further since, at half that pace at least, and does in the newest samples;
* practice: it moved by what a person would care about, or by as much as is left;
* reach: it is full within the span of the window. No trend is projected further than it has lasted. Where this is
  so, what levels off like a cache and would never get there is told from what does by the last quarter;
* new ground: it was not this far within the last days and came back by itself (see `detectors.turns`);
* a day was seen, for all windows but the shortest, which cannot take the slope of a day for a trend.

What falls by a second a second is a clock, such as the time left of a certificate: it is projected without limit.

The time left is from the newest level at the slower of the mean and the last pace, the least of all windows. The score
is ahead / (ahead + left), with `ahead` of the traits: 0.5 when it is full in just that time, 1 when it is full now.
A forecast that is not renewed stands for a quarter of that time, half an hour at least, unless the level goes back by
what matters. What got full stays so until then.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.columns import Columns, nothing, spread, tick_by_tick
from detectors.model import Floats, Rows, Scores, Traits
from detectors.trends import project
from detectors.turns import Turns
from detectors.windows import FINE, SPANS, Windows, lags

DAY = 86400.0
LAG = float(SPANS[0]) / 8
"""Seconds by which the newest level, the median of a quarter of the shortest window, is behind."""
HOLD = 1800.0
STANDS = 0.25
"""A forecast that is not renewed stands for this share of the time that it gave, and for these seconds at least."""
BRIM = 0.01
"""The share of the whole range at which it counts as full."""


def left(score: float, ahead: float) -> float:
    """The seconds until full that a score stands for; infinite for 0, which is no forecast."""
    return ahead * (1.0 / score - 1.0) if score > 0 else float("inf")


class Forecast:
    """A detector of what will be full soon. See the module for the method. Without `Traits.full` it says nothing."""

    def __init__(self, traits: Traits) -> None:
        self._traits = traits
        self._down = traits.bad == "down"
        other = traits.ceiling if self._down else traits.floor
        self._full = np.nan if traits.full is None else traits.full
        whole = abs(self._full - other)
        self._brim = BRIM * whole if np.isfinite(whole) else 0.0
        self._windows = Windows()
        self._turns = Turns()
        self._state = Columns(first=np.nan, level=np.nan, until=np.inf, said=0.0, held=0.0)

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; new ones know nothing."""
        for part in self._parts().values():
            part.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        for part in self._parts().values():
            part.reset(rows)

    def update(self, times: Floats, values: Floats) -> Scores:
        """Takes a sample for each of the first rows (NaN where none came) at each of these times, and scores it."""
        return nothing(*values.shape) if np.isnan(self._full) else tick_by_tick(self._tick, times, values)

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return {
            f"{name}.{column}": array
            for name, part in self._parts().items()
            for column, array in part.snapshot().items()
        }

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one of this detector's."""
        parts = self._parts()
        if strange := {name for name in arrays if name.partition(".")[0] not in parts}:
            raise ValueError(f"the snapshot holds {sorted(strange)}, which is no forecast's")
        for name, part in parts.items():
            start = f"{name}."
            part.restore({key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)})

    def _parts(self) -> Mapping[str, Columns | Windows | Turns]:
        return {"state": self._state, "windows": self._windows, "turns": self._turns}

    def _tick(self, time: float, values: Floats) -> Scores:
        came = np.isfinite(values)
        rows = np.flatnonzero(came)
        first = self._state["first"]
        first[rows] = np.fmin(first[rows], time)
        closed = self._windows.add(rows, time, self._flip(values[rows]))
        if closed.any():
            self._judge(rows[closed], time)
        return spread(self._score(rows, time), came)

    def _flip(self, values: Floats) -> Floats:
        """From values to what is left until full, and back."""
        return values - self._full if self._down else self._full - values

    def _value(self, room: Floats) -> Floats:
        return room + self._full if self._down else self._full - room

    def _score(self, rows: Rows, time: float) -> Scores:
        until, level = self._state["until"][rows], self._value(self._state["level"][rows])
        ahead = self._traits.ahead
        score = ahead / (ahead + np.where(until > 0, np.maximum(until - time, FINE), 0.0))
        return Scores(score, score >= 0.5, level, level, level)

    def _judge(self, rows: Rows, time: float) -> None:
        """A bin of the shortest window ended: looks anew at trends and turns."""
        quarters = self._windows.quarters(rows, time)
        before, level = quarters[0, -2:]
        newest = self._windows.newest(rows)
        level = np.where(np.isnan(level), newest, level)
        size = np.maximum(self._traits.minimum, self._traits.relative * np.abs(self._value(level)))
        self._turns.note(rows, time, level, before, size)
        seconds = project(quarters, level, lags(time) - LAG, SPANS, size)
        young = time - self._state["first"][rows] < DAY
        seconds[1:, young] = np.inf
        doubtful = self._turns.usual(rows, time, level) | (newest > level)
        soonest = np.where(doubtful, np.inf, seconds.min(axis=0))
        self._keep(rows, time, level, size, time + np.maximum(soonest - LAG, FINE))

    def _keep(self, rows: Rows, time: float, level: Floats, size: Floats, ends: Floats) -> None:
        """Takes a new forecast, or lets the old one stand for a while."""
        state = self._state
        until, said, held = state["until"][rows], state["said"][rows], state["held"][rows]
        fresh, known = np.isfinite(ends), np.isfinite(until)
        full = (fresh | known) & (level <= self._brim)
        lapses = said + np.maximum(HOLD, STANDS * (until - said))
        stands = known & (time <= lapses) & (level - held <= size)
        state["until"][rows] = np.where(full, 0.0, np.where(fresh, ends, np.where(stands, until, np.inf)))
        state["said"][rows] = np.where(fresh | full, time, said)
        state["held"][rows] = np.where(fresh | full, level, held)
        state["level"][rows] = level
