"""What a series is used to do at this hour of the day: a backup at night is no news on the second night."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.columns import Columns
from detectors.model import Floats, Rows

HOURS = 24
HOUR = 3600.0
SLACK = 600.0
"""Seconds: a habit may begin this much early or late."""
DELAY = 2
"""Hours before an excursion counts as habit, so that a fault that strikes twice in a row is told twice."""
KEEP = 0.95
"""The share of a habit that is left after a day: it survives a long weekend."""
FEW = 0.5
"""A habit of n nights is taken to be larger by this share of it over n: the next is beyond all of them with chance
1 / (n + 1), by the law of records, and little is known of how far."""


class Habits:
    """The largest excursion in each hour of the day (UTC), a row a series; forgotten slowly."""

    def __init__(self) -> None:
        empty = np.zeros(HOURS, dtype=np.float32)
        self._state = Columns(hour=np.float64("nan"), first=np.float64("nan"), usual=empty, today=empty)

    def resize(self, rows: int) -> None:
        """Makes room for this many rows."""
        self._state.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._state.reset(rows)

    def at(self, rows: Rows, time: float) -> Floats:
        """The excursion that each row is used to at this time, 0 where none is known."""
        usual = self._state["usual"]
        either: Floats = np.maximum(usual[_bucket(time - SLACK), rows], usual[_bucket(time + SLACK), rows])
        days: Floats = np.maximum(np.floor((time // HOUR - self._state["first"][rows]) / HOURS), 1.0)
        return np.where(either > 0.0, either * (1.0 + FEW / days), 0.0)

    def note(self, rows: Rows, time: float, excursions: Floats) -> None:
        """Takes this tick's excursions, in the query's unit."""
        hour, bucket = self._state["hour"], _bucket(time)
        now = time // HOUR
        turned = rows[hour[rows] != now]
        if len(turned):
            self._turn(turned, bucket)
            hour[turned] = now
            self._state["first"][turned] = np.fmin(self._state["first"][turned], now)
        today = self._state["today"]
        capped = np.minimum(excursions, np.finfo(np.float32).max)
        today[bucket, rows] = np.maximum(today[bucket, rows], capped)

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return self._state.snapshot()

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one."""
        self._state.restore(arrays)

    def _turn(self, rows: Rows, bucket: int) -> None:
        """A new hour: what is old enough becomes habit, and this hour's habit fades by a day."""
        usual, today = self._state["usual"], self._state["today"]
        usual[bucket, rows] *= KEEP
        old = (bucket + 1 + np.arange(HOURS - DELAY - 1)) % HOURS
        picked = np.ix_(old, rows)
        usual[picked] = np.maximum(usual[picked], today[picked])
        today[picked] = 0.0


def _bucket(time: float) -> int:
    return int(time // HOUR) % HOURS
