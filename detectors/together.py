"""How far a series is out of the range that it had: evidence for judging the series of a service together.

For series of which nothing is known beforehand. Four views of each, compared with their ranges (`detectors.ranges`):

* level: the value itself;
* mean: over about ten samples, for what lasts;
* change: a fast mean less that over about twenty samples, for steps inside a daily rhythm;
* drift: the mean less that over about two hundred, for moves that are too slow for the rhythm or too fast for it.

The evidence is the mean over the views, 0..1, as long as there is something new: a range takes in what was seen, so
what lasts becomes normal. One series alone says little, and this detector never calls one anomalous.
`detectors.consensus` says how many must be out together. The shortest memory holds one to two days, so that a daily
rhythm is inside it.
In the first days, when much is new (a rhythm, a backup, a weekend), evidence weighs less: by the square of the share of
YOUNG that was seen, but never less than LEAST, at which several series that are far out are still enough.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors import ranges
from detectors.columns import Columns
from detectors.courses import course, follow
from detectors.model import Floats, Rows, Scores, Traits

PACES = {"fast": 0.5, "mean": 0.2, "middle": 0.1, "slow": 0.01}
"""The weight of the newest sample in each running mean."""
BLOCK = 500
"""Ticks in a block of the shortest memory, at least."""
DAY = 86_400.0
YOUNG = 8 * DAY
"""Seconds: a week, and a day for what the week began in the midst of."""
LEAST = 0.15
VIEWS = 4


class Together:
    """A detector that gives evidence and no verdict. See the module for the method.

    `expected` is the slow mean; `low` and `high` are the range of the last days.
    """

    def __init__(self, traits: Traits) -> None:
        self._every = traits.every
        self._block = max(BLOCK, round(DAY / traits.every))
        self._state = Columns(samples=0.0, **dict.fromkeys(PACES, 0.0), **ranges.blank(VIEWS))
        self._ticks = np.zeros(1)

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; new ones know nothing."""
        self._state.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._state.reset(rows)

    def update(self, times: Floats, values: Floats) -> Scores:
        """Takes a sample for each of the first rows (NaN where none came) at each of these times, and scores it."""
        start, rows = int(self._ticks[0]), values.shape[1]
        came = np.isfinite(values)
        samples = self._state["samples"][:rows]
        counts = course(np.add, samples, came.astype(np.float64))
        samples[:] = counts[-1]
        first = 1.0 / np.maximum(counts, 1.0)
        known = np.where(came, values, 0.0)
        means = {
            name: follow(self._state[name][:rows], known, np.maximum(first, pace) * came)
            for name, pace in PACES.items()
        }
        kinds = (values, means["mean"], means["fast"] - means["middle"], means["mean"] - means["slow"])
        views = np.stack([np.where(came, kind, np.nan) for kind in kinds], axis=1)
        far, low, high = ranges.beyond(self._state, views, start, self._block)
        self._ticks[0] = start + len(times)
        learned = came & (counts > ranges.WARM_UP) & (low[:, 0] <= high[:, 0])
        band = [np.where(learned, one, np.nan) for one in (means["slow"], low[:, 0], high[:, 0])]
        weight = np.clip((counts * self._every / YOUNG) ** 2, LEAST, 1.0)
        return Scores(weight * far.mean(axis=1), np.zeros(values.shape, dtype=np.bool_), *band)

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return {**self._state.snapshot(), "ticks": self._ticks.copy()}

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one of this detector's."""
        ticks = arrays.get("ticks")
        if ticks is None or ticks.shape != (1,) or ticks.dtype != np.float64:
            raise ValueError("the snapshot lacks the ticks of this detector")
        self._state.restore({name: array for name, array in arrays.items() if name != "ticks"})
        self._ticks = ticks.astype(np.float64)
