"""How far series went before they turned back by themselves: the tops of saw teeth and of daily rhythms.

The turning points are those of a zig-zag with a threshold (Chu et al., Segmenting time series, 1993, name the family):
a top is the furthest point of a climb, once the series has come back from it by as much as matters.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.columns import Columns
from detectors.model import Flags, Floats, Rows

TOPS = 4
MEMORY = 15 * 86400.0
"""Seconds that a top is remembered: two weeks and a day."""
ENOUGH = 2.0
"""A gradual return counts this much. A sudden one counts 1: it may be a person who cleaned up, and not a habit."""

NEAR = 0.5
"""The share of what was left at a top that must be gone before it is new ground."""
SUDDEN = 0.75
"""The share of such a return that makes it sudden when it happens within minutes."""


class Turns:
    """The nearest tops of the last days, a row a series. Distances are what is left until full: 0 is the furthest."""

    def __init__(self) -> None:
        none = np.zeros(TOPS)
        self._state = Columns(start=np.inf, nearest=np.inf, room=none + np.inf, at=none - np.inf, weight=none)

    def resize(self, rows: int) -> None:
        """Makes room for this many rows."""
        self._state.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._state.reset(rows)

    def note(self, rows: Rows, time: float, room: Floats, before: Floats, size: Floats) -> None:
        """Takes how much is left now, and was some minutes before, in the query's unit.

        What comes back by `size`, or by a share of what was left at the top when that is less, makes a top of it.
        """
        state = self._state
        start, nearest = state["start"][rows], np.minimum(state["nearest"][rows], room)
        least = np.minimum(size, NEAR * np.maximum(nearest, 0.0))
        turned = (room - nearest >= least) & (start - nearest >= least) & (room > nearest)
        sudden = room - before >= SUDDEN * least
        self._add(rows[turned], time, nearest[turned], np.where(sudden, 1.0, ENOUGH)[turned])
        afresh = turned | (room >= start)
        state["start"][rows] = np.where(afresh, room, start)
        state["nearest"][rows] = np.where(afresh, room, nearest)

    def usual(self, rows: Rows, time: float, room: Floats) -> Flags:
        """Whether these rows were this far lately and came back: gradually, or more than once."""
        state = self._state
        tops = (NEAR * state["room"][:, rows] <= room) & (time - state["at"][:, rows] <= MEMORY)
        enough: Flags = np.where(tops, state["weight"][:, rows], 0.0).sum(axis=0) >= ENOUGH
        return enough

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return self._state.snapshot()

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one."""
        self._state.restore(arrays)

    def _add(self, rows: Rows, time: float, room: Floats, weight: Floats) -> None:
        """Keeps a top in place of an old one, or of the one that is least far."""
        state = self._state
        known = np.where(time - state["at"][:, rows] <= MEMORY, state["room"][:, rows], np.inf)
        slot = known.argmax(axis=0)
        better = room <= known[slot, np.arange(len(rows))]
        place = slot[better], rows[better]
        state["room"][place], state["at"][place], state["weight"][place] = room[better], time, weight[better]
