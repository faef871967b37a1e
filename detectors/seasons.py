"""What is usual at this hour of the day and of the week, where a series has such a rhythm.

The mean of each hour (UTC) is learned in a profile of 24 and one of 168 hours, fast at first, then at PACE. A view is
the mean of the hour so far, less what the profile has for it. There is one only while both hold:

* three periods were seen: before, a habit cannot be told from chance;
* the profile explains the series: hours differ from it by less than GATE of what they differ from the running mean over
  one period. A random walk fails that. Seasonal bands without such a test hurt more than they help.
"""

import numpy as np
from numpy.typing import ArrayLike

from detectors.columns import Columns
from detectors.courses import course
from detectors.model import Floats, Rows

HOUR = 3600.0
PERIODS = {"day": 24, "week": 168}
ENOUGH = 3
"""Periods before a profile is used."""
PACE = 0.3
"""The weight of the newest period in a profile."""
GATE = 0.45
SPAN = 3
"""Periods: the memory of how well a profile explains."""
_LENGTHS = np.array(list(PERIODS.values()), dtype=np.float64)[:, np.newaxis]
_MOST = float(np.finfo(np.float32).max)


def blank() -> dict[str, ArrayLike]:
    """The columns that `residuals` keeps.

    sum, count: the hour so far. first: the number of the first hour; hours: how many there were.
    day, week: the profiles. usual: what they have for this hour, NaN where they do not count.
    middle: the mean over each period. away, spread: how far hours are from the profile, and from that mean.
    compared: the hours that were compared with the profile.
    """
    two = np.zeros(len(PERIODS))
    profiles = {name: np.full(hours, np.nan, dtype=np.float32) for name, hours in PERIODS.items()}
    return {
        **dict.fromkeys(("sum", "count", "hours"), 0.0),
        **dict.fromkeys(("middle", "spread", "away", "compared"), two),
        **profiles,
        "first": np.nan,
        "usual": two * np.nan,
    }


def residuals(state: Columns, times: Floats, values: Floats, hour: float) -> Floats:
    """[tick, period, row]: the mean of the hour so far less what is usual; NaN where no rhythm is known.

    Args:
        state: with the columns of `blank`.
        times: [tick], epoch seconds, ascending.
        values: [tick, row], NaN where nothing came.
        hour: the number of the hour of the tick before these, NaN at the first.
    """
    hours = times // HOUR
    begins = [0, *(np.flatnonzero(hours[1:] != hours[:-1]) + 1).tolist()] if len(hours) > 1 else [0]
    parts = []
    for begin, end in zip(begins, [*begins[1:], len(hours)], strict=True):
        now = float(hours[begin])
        if now != hour:
            _close(state, hour)
            _open(state, now)
        parts.append(_within(state, values[begin:end]))
        hour = now
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _within(state: Columns, values: Floats) -> Floats:
    """Some ticks of one hour."""
    rows = values.shape[1]
    total, count = state["sum"][:rows], state["count"][:rows]
    came = np.isfinite(values)
    totals = course(np.add, total, np.where(came, values, 0.0))
    counts = course(np.add, count, came.astype(np.float64))
    total[:], count[:] = totals[-1], counts[-1]
    mean = np.divide(totals, counts, out=np.full_like(values, np.nan), where=came)
    residual: Floats = mean[:, np.newaxis] - state["usual"][:, :rows]
    return residual


def _close(state: Columns, hour: float) -> None:
    """An hour is over: it is compared with the profiles, and learned."""
    rows = np.flatnonzero(state["count"])
    if not len(rows):
        return
    mean, hours = state["sum"][rows] / state["count"][rows], state["hours"][rows]
    state["sum"][rows], state["count"][rows] = 0.0, 0.0
    first, middle, spread = 1.0 / (hours + 1.0), state["middle"][:, rows], state["spread"][:, rows]
    away = np.where(hours > 0.0, np.abs(mean - middle), 0.0)
    state["spread"][:, rows] = spread + np.maximum(first, 1.0 / (SPAN * _LENGTHS)) * (away - spread)
    state["middle"][:, rows] = middle + np.maximum(first, 1.0 / _LENGTHS) * (mean - middle)
    state["hours"][rows] = hours + 1.0
    began = state["first"][rows]
    state["first"][rows] = np.where(np.isnan(began), hour, began)
    _learn(state, hour, rows, mean)


def _learn(state: Columns, hour: float, rows: Rows, mean: Floats) -> None:
    """Compares an hour's means with the profiles, and takes them in."""
    places = [(name, int(hour) % length) for name, length in PERIODS.items()]
    usual = np.array([state[name][place, rows] for name, place in places], dtype=np.float64)
    known = np.isfinite(usual)
    move = np.where(known, mean - usual, 0.0)
    compared, away = state["compared"][:, rows] + known, state["away"][:, rows]
    pace = known * np.maximum(1.0 / np.maximum(compared, 1.0), 1.0 / (SPAN * _LENGTHS))
    state["compared"][:, rows], state["away"][:, rows] = compared, away + pace * (np.abs(move) - away)
    periods = (hour - state["first"][rows]) // _LENGTHS
    learned = np.where(known, usual + np.maximum(1.0 / (periods + 1.0), PACE) * move, mean)
    for (name, place), profile in zip(places, np.clip(learned, -_MOST, _MOST), strict=True):
        state[name][place, rows] = profile


def _open(state: Columns, hour: float) -> None:
    """A new hour: looks up what is usual in it, where the profiles count."""
    fits = state["away"] < GATE * state["spread"]
    fits &= hour - state["first"] >= ENOUGH * _LENGTHS
    usual = [state[name][int(hour) % length] for name, length in PERIODS.items()]
    state["usual"][:] = np.where(fits, usual, np.nan)
