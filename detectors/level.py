"""The level of a series against its learned baseline.

The baseline is a running mean and a running robust scale (Huber's clipped absolute deviation). It starts as the median
and a trimmed deviation of the warm-up, is learned fast at first and at a fixed pace later. A sample is anomalous when
its harmful distance from the mean passes all of:

* surprise: K robust scales, more while few samples are known;
* practice: what a person would care about, `minimum` and `relative` of the traits;
* record: a quarter beyond the largest recent excursion, and beyond what is usual at this hour. Heavy tails make
  "K scales" worthless alone; new extremes are the strongest cheap test.

The largest of these is the limit, and half the width of the band, which is drawn on the harmless side too. The score is
harm / (harm + limit): 0.5 at the limit.

A sample beyond the limit teaches the baseline nothing, so a fault cannot make itself normal. What lasts is adopted in
the end by starting afresh: after ADOPT on the harmful side, sooner on the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from detectors.columns import Columns, spread, tick_by_tick
from detectors.habits import Habits
from detectors.model import Flags, Floats, Rows, Scores, Traits

WARM_UP = 20
"""Samples before anything can be anomalous."""
K = 5.0
WILD = 2
"""Samples of the warm-up that may be wild without harm to the baseline."""
UNSURE = 20.0
"""The limit in scales is K * (1 + UNSURE / n): twice as wide right after the warm-up."""
BEYOND = 1.25
GROWTH = 1.6
"""A record is at most this many times the limit it broke, so that one wild sample does not blind the detector."""
BRIEF = 3
"""Anomalous ticks that still count as heavy tail, and are remembered once they are over."""
MEAN_PACE = 3600.0
SCALE_PACE = 6 * 3600.0
RECORD_PACE = 24 * 3600.0
"""Seconds: the memory of mean, scale and record."""
FASTEST = 0.02
"""No pace is faster than this share of a sample, however rare samples are."""
ADOPT = 2 * 3600.0
HARMLESS = 6.0
"""Times faster that a lasting move on the harmless side is adopted."""
STALE = 3600.0
"""Seconds without a sample after which the baseline starts afresh."""

# For a normal distribution of scale s, E min(|x|, s) = 0.631 s, and E|x| without the largest tenth is 0.657 s.
_CLIPPED = 1 / 0.631
_TRIMMED = 1 / 0.657


@dataclass(slots=True)
class _Look:
    """One tick of the rows that have a baseline and a sample.

    move: from the mean; `harm` is its harmful part, at least 0. `yard` is the scale, or the practical size in scales.
    limit: the harm that is too much. `departed` is beyond it on either side, `anomalous` on the harmful one.
    """

    rows: Rows
    count: Floats
    move: Floats
    harm: Floats
    yard: Floats
    limit: Floats
    departed: Flags
    anomalous: Flags


class Level:
    """A detector of levels that harm. See the module for the method.

    habitual: whether what is usual at this hour of the day is normal.
    enough: a difference that is always surprising, in the query's unit.
    adopts: whether a harmful departure that lasts becomes normal in the end.
    """

    habitual: ClassVar[bool] = True
    enough: ClassVar[float] = np.inf
    adopts: ClassVar[bool] = True

    def __init__(self, traits: Traits) -> None:
        self._traits = traits
        self._habits = Habits()
        blank = dict.fromkeys(("count", "mean", "scale", "record", "top", "run", "held"), 0.0)
        self._state = Columns(**blank, last=np.nan, first=np.zeros(WARM_UP))

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; new ones know nothing."""
        self._state.resize(rows)
        self._habits.resize(rows)

    def reset(self, rows: Rows) -> None:
        """Forgets these rows."""
        self._state.reset(rows)
        self._habits.reset(rows)

    def update(self, times: Floats, values: Floats) -> Scores:
        """Takes a sample for each of the first rows (NaN where none came) at each of these times, and scores it."""
        return tick_by_tick(self._tick, times, values)

    def _tick(self, time: float, values: Floats) -> Scores:
        rows, came = np.arange(len(values)), np.isfinite(values)
        self._refresh(rows[came], time)
        known = came.copy()
        known[came] = self._state["count"][rows[came]] >= WARM_UP
        young = came & ~known
        look = self._look(rows[known], time, values[known])
        scores = self._score(look)
        self._remember(look, time)
        self._learn(look)
        self._adopt(look)
        self._warm(rows[young], values[young])
        return spread(scores, known)

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        habits = {f"habits.{name}": array for name, array in self._habits.snapshot().items()}
        return {**self._state.snapshot(), **habits}

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one of this detector's."""
        habits = {name.removeprefix("habits."): array for name, array in arrays.items() if name.startswith("habits.")}
        self._habits.restore(habits)
        self._state.restore({name: array for name, array in arrays.items() if not name.startswith("habits.")})

    def _practical(self, mean: Floats) -> Floats:
        """The smallest difference from this mean that a person would care about."""
        return np.maximum(self._traits.minimum, self._traits.relative * np.abs(mean))

    def _harm(self, move: Floats) -> Floats:
        match self._traits.bad:
            case "up":
                return np.maximum(move, 0.0)
            case "down":
                return np.maximum(-move, 0.0)
            case "both":
                return np.abs(move)

    def _refresh(self, rows: Rows, time: float) -> None:
        """Rows with a stale baseline begin anew."""
        last = self._state["last"]
        self._forget(rows[time - last[rows] > max(STALE, WARM_UP * self._traits.every)])
        last[rows] = time

    def _look(self, rows: Rows, time: float, values: Floats) -> _Look:
        state = self._state
        count, mean, scale = state["count"][rows], state["mean"][rows], state["scale"][rows]
        practical = self._practical(mean)
        surprise = K * (1.0 + UNSURE / count) * scale
        record = state["record"][rows]
        if self.habitual:
            record = np.maximum(record, self._habits.at(rows, time))
        limit = np.maximum(practical, np.minimum(np.maximum(surprise, BEYOND * record), self.enough))
        move = values - mean
        harm, yard = self._harm(move), np.maximum(scale, practical / K)
        return _Look(rows, count, move, harm, yard, limit, departed=np.abs(move) > limit, anomalous=harm > limit)

    def _score(self, look: _Look) -> Scores:
        total = look.harm + look.limit
        score = np.divide(look.harm, total, out=np.zeros_like(total), where=total > 0)
        expected = self._state["mean"][look.rows]
        low = np.clip(expected - look.limit, self._traits.floor, self._traits.ceiling)
        high = np.clip(expected + look.limit, self._traits.floor, self._traits.ceiling)
        return Scores(score, look.anomalous, expected, low, high)

    def _remember(self, look: _Look, time: float) -> None:
        """An excursion that is over, and was never an anomaly for long, becomes the record.

        Not before it is over: a slow leak would otherwise raise its own limit as it grows.
        """
        state, rows = self._state, look.rows
        run, top = state["run"][rows] + look.anomalous, np.maximum(state["top"][rows], look.harm)
        over = look.harm <= look.yard
        faded = state["record"][rows] * (1.0 - self._pace(RECORD_PACE))
        lesson = np.where(over & (run <= BRIEF), np.minimum(top, GROWTH * look.limit), 0.0)
        state["record"][rows] = np.maximum(faded, lesson)
        state["top"][rows] = np.where(over, 0.0, top)
        state["run"][rows] = np.where(over, 0.0, run)
        if self.habitual:
            self._habits.note(rows, time, look.harm)

    def _warm(self, rows: Rows, values: Floats) -> None:
        """Collects the first samples. The last of them makes the baseline, without their two largest deviations."""
        state = self._state
        count = state["count"][rows]
        state["first"][count.astype(np.intp), rows] = values
        state["count"][rows] = count + 1.0
        ready = rows[count + 1.0 == WARM_UP]
        if len(ready):
            first = state["first"][:, ready]
            mean = np.median(first, axis=0)
            deviations = np.sort(np.abs(first - mean), axis=0)
            state["mean"][ready] = mean
            state["scale"][ready] = _TRIMMED * deviations[: WARM_UP - WILD].mean(axis=0)

    def _learn(self, look: _Look) -> None:
        """Moves mean and scale: fast while few samples are known, and newer ones weigh more in the mean."""
        calm = ~look.departed
        rows, move, count = look.rows[calm], look.move[calm], look.count[calm] + 1.0
        state = self._state
        state["count"][rows] = count
        state["mean"][rows] += np.maximum(2.0 / (count + 1.0), self._pace(MEAN_PACE)) * move
        deviation = _CLIPPED * np.minimum(np.abs(move), look.yard[calm])
        state["scale"][rows] += np.maximum(1.0 / count, self._pace(SCALE_PACE)) * (deviation - state["scale"][rows])

    def _adopt(self, look: _Look) -> None:
        """A departure that lasts is the new normal: its rows start afresh. A return runs the clock back."""
        every = self._traits.every
        step = np.where(look.anomalous, every * self.adopts, np.where(look.departed, HARMLESS * every, -4.0 * every))
        held = np.maximum(self._state["held"][look.rows] + step, 0.0)
        self._state["held"][look.rows] = held
        self._forget(look.rows[held >= ADOPT])

    def _forget(self, rows: Rows) -> None:
        """Starts the baseline afresh; records and habits stay."""
        for name in ("count", "mean", "scale", "top", "run", "held"):
            self._state[name][rows] = 0.0

    def _pace(self, seconds: float) -> float:
        return min(self._traits.every / seconds, FASTEST)
