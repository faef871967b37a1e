"""What is new in a series of which nothing is known beforehand: an ensemble of new extremes.

Five views of a series, each compared with the range that it had (`detectors.ranges`):

* level: the value itself;
* mean: over about a dozen samples, for what lasts;
* spread: the mean distance from a slow mean, for a change of variance, or of how often it spikes;
* day and week: the distance from what is usual at this hour (`detectors.seasons`), for series that have such a rhythm.

The level counts half, the strongest of the others half, so a single wild sample says less than one that others follow.
A series that stands still is evidence too (`detectors.still`). Of an episode only its beginning is told, and what is
much worse (`detectors.episodes`); every other sample scores 0. Evidence p becomes the score p / (p + LIMIT), so that
0.5 is at LIMIT: the one knob. docs/detectors.md says how many false episodes which score gives.

Memories are counted in ticks, but none is shorter than it is at a tick in five minutes: the shortest holds about two
days, so that a daily rhythm is inside it, whatever the cadence.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors import episodes, ranges, seasons, still
from detectors.columns import Columns
from detectors.courses import course, follow
from detectors.model import Flags, Floats, Rows, Scores, Traits

SMOOTH = 0.15
SLOW = 0.005
SPREAD = 0.02
"""Paces: the weight of the newest sample in the mean, the slow mean, and the mean distance from it."""
LIMIT = 0.28
BLOCK = 500
"""Ticks in a block of the shortest memory, at a tick in TICK seconds or more."""
TICK = 300.0
LEVEL, MEAN, SPREADING, DAY = range(4)


class Novelty:
    """A detector of news in series of any kind. See the module for the method.

    Its `anomalous` is true once an episode, or again when that gets much worse: where the score is 0.5 or more.
    """

    def __init__(self, traits: Traits) -> None:
        self._block = round(BLOCK * max(1.0, TICK / traits.every))
        views = ranges.blank(DAY + len(seasons.PERIODS))
        self._state = Columns(
            samples=0.0,
            mean=0.0,
            slow=0.0,
            distance=0.0,
            **views,
            **seasons.blank(),
            **still.blank(),
            **episodes.blank(),
        )
        self._clock = np.array([0.0, np.nan])
        """Ticks so far, and the hour of the last."""

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; new ones know nothing."""
        self._state.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._state.reset(rows)

    def update(self, times: Floats, values: Floats) -> Scores:
        """Takes a sample for each of the first rows (NaN where none came) at each of these times, and scores it."""
        start, hour = int(self._clock[0]), float(self._clock[1])
        came = np.isfinite(values)
        counts = course(np.add, self._state["samples"][: values.shape[1]], came.astype(np.float64))
        self._state["samples"][: values.shape[1]] = counts[-1]
        views = np.empty((len(values), DAY + len(seasons.PERIODS), values.shape[1]))
        self._follow(values, came, counts, views)
        views[:, DAY:] = seasons.residuals(self._state, times, values, hour)
        far, low, high = ranges.beyond(self._state, views, start, self._block)
        evidence = 0.5 * (far[:, LEVEL] + far[:, MEAN:].max(axis=1))
        evidence = np.maximum(evidence, LIMIT * still.standing(self._state, values, counts))
        told = episodes.news(self._state, evidence, start)
        self._clock[:] = start + len(times), times[-1] // seasons.HOUR
        learned = came & (low[:, LEVEL] <= high[:, LEVEL])
        band = [views[:, MEAN], low[:, LEVEL], high[:, LEVEL]]
        if not learned.all():
            band = [np.where(learned, one, np.nan) for one in band]
        return Scores(told / (told + LIMIT), told >= LIMIT, *band)

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return {**self._state.snapshot(), "clock": self._clock.copy()}

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one of this detector's."""
        clock = arrays.get("clock")
        if clock is None or clock.shape != (2,) or clock.dtype != np.float64:
            raise ValueError("the snapshot lacks the clock of this detector")
        self._state.restore({name: array for name, array in arrays.items() if name != "clock"})
        self._clock = clock.astype(np.float64)

    def _follow(self, values: Floats, came: Flags, counts: Floats, views: Floats) -> None:
        """The views of the value, its mean and its spread."""
        state, rows = self._state, values.shape[1]
        whole = came.all()
        first = 1.0 / (counts if whole else np.maximum(counts, 1.0))
        known = values if whole else np.where(came, values, 0.0)

        def paces(least: float) -> Floats:
            fast: Floats = np.maximum(first, least)
            return fast if whole else fast * came

        views[:, LEVEL] = values
        views[:, MEAN] = follow(state["mean"][:rows], known, paces(SMOOTH))
        away = known - follow(state["slow"][:rows], known, paces(SLOW))
        views[:, SPREADING] = follow(state["distance"][:rows], np.abs(away), paces(SPREAD))
        if not whole:
            views.swapaxes(1, 2)[~came] = np.nan
