"""Things that were there and are not: `up` that became 0, and series that stopped coming."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.columns import Columns, tick_by_tick
from detectors.model import Floats, Rows, Scores, Traits

REGULAR = 10
"""Ticks without a gap that make a series one that comes every tick."""
MISSED = 3
"""Ticks in a row without a sample that make such a series silent."""


class Silence:
    """A series that used to come every tick and does not: anomalous from the third missed tick until it comes again.

    It fits every query, and says nothing about values. While silent the row is anomalous but has no sample, so its key
    is not in `Verdict.seen` and cannot clear; the first sample is both seen and normal, which clears it.
    """

    def __init__(self, traits: Traits) -> None:
        del traits  # counts ticks, whatever the values are
        self._state = Columns(came=0.0, missed=0.0, up=0.0)

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; new ones know nothing."""
        self._state.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._state.reset(rows)

    def update(self, times: Floats, values: Floats) -> Scores:
        """Counts the ticks that came and that were missed. `values` are NaN where none came."""
        return tick_by_tick(self._tick, times, values)

    def _tick(self, time: float, values: Floats) -> Scores:
        del time  # ticks, not seconds: a source that is blind gives no tick, and that is no silence
        state, rows = self._state, slice(len(values))
        there = np.isfinite(values)
        came, missed = state["came"][rows], state["missed"][rows]
        missed = np.where(there, 0.0, missed + 1.0)
        # `came` is the length of the unbroken stretch before the gap: it begins anew after one.
        came = np.where(there, np.where(state["missed"][rows] > 0, 1.0, came + 1.0), came)
        state["came"][rows], state["missed"][rows] = came, missed
        regular = came >= REGULAR
        score = np.where(regular, missed / (missed + MISSED), 0.0)
        nothing = np.full(len(values), np.nan)
        return Scores(score, regular & (missed >= MISSED), nothing, nothing, nothing)

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return self._state.snapshot()

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one of this detector's."""
        self._state.restore(arrays)


class Presence(Silence):
    """For queries such as `up`, whose values are 1 or 0: anomalous when silent, and at once when 0 after a 1.

    A series that was never 1 is not anomalous: nothing broke while we watched.
    """

    def _tick(self, time: float, values: Floats) -> Scores:
        silent = super()._tick(time, values)
        up = self._state["up"][: len(values)]
        up[:] = np.maximum(up, values >= 0.5)
        known = up > 0
        down = known & (values < 0.5)
        one = np.where(known & np.isfinite(values), 1.0, np.nan)
        return Scores(np.where(down, 1.0, silent.score), silent.anomalous | down, one, one, one)
