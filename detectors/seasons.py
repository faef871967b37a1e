"""What is usual at this hour of the day and of the week, where a series has such a rhythm.

The mean of each hour (UTC) is learned in a profile of 24 and one of 168 hours, fast at first, then at PACE. A view is
the mean of the hour so far, less what the profile has for it. There is one only while both hold:

* three periods were seen: before, a habit cannot be told from chance;
* the profile explains the series: hours differ from it by less than GATE of what they differ from the running mean over
  one period. A random walk fails that. Seasonal bands without such a test hurt more than they help.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from detectors.columns import Columns
from detectors.courses import course, follow
from detectors.model import Flags, Floats

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
    hour = float(hours[0]) if np.isnan(hour) else hour
    if hours[-1] == hour:  # as nearly always: times ascend, so all are of the hour that is open
        return _run(state, hour, hours[:1], values, [0, len(hours)])
    begins = np.flatnonzero(np.concatenate([[True], hours[1:] != hours[:-1]]))
    parts = []
    for first, last in _runs([hour, *hours[begins].tolist()]):
        cuts = [*begins[first:last].tolist(), begins[last] if last < len(begins) else len(hours)]
        parts.append(_run(state, hour, hours[begins[first:last]], values, cuts))
        hour = float(hours[cuts[-1] - 1])
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _runs(hours: list[float]) -> Iterator[tuple[int, int]]:
    """Cuts a course of hours so that those closed in one run have different places in every profile.

    hours: that before, and those that begin then. Gives the ends of each run among those that begin.
    """
    begin, shortest = 0, min(PERIODS.values())
    for place in range(1, len(hours) - 1):
        if hours[place] - hours[begin] >= shortest:
            yield begin, place
            begin = place
    yield begin, len(hours) - 1


def _run(state: Columns, hour: float, hours: Floats, values: Floats, cuts: list[int]) -> Floats:
    """Some ticks of hours that have different places in every profile; `cuts` are where each begins, and the end."""
    rows = values.shape[1]
    open_hour = state["sum"][:rows], state["count"][:rows]
    ticks = np.empty((cuts[-1] - cuts[0], 2, rows))
    came = np.isfinite(values[cuts[0] : cuts[-1]])
    whole = came.all()
    ticks[:, 0] = values[cuts[0] : cuts[-1]] if whole else np.where(came, values[cuts[0] : cuts[-1]], 0.0)
    ticks[:, 1] = came
    before = np.stack(open_hour)
    now = before if hours[0] == hour else np.zeros_like(before)
    sums = [course(np.add, now, ticks[: cuts[1] - cuts[0]])]
    empty = np.zeros_like(before) if len(cuts) > 2 else before
    sums += [course(np.add, empty, ticks[begin - cuts[0] : end - cuts[0]]) for begin, end in pairwise(cuts[1:])]
    open_hour[0][:], open_hour[1][:] = sums[-1][-1]
    usual = state["usual"][np.newaxis, :, :rows]
    if hours[0] != hour or len(hours) > 1:
        usual = usual.copy()  # the columns hold what comes after
        closed = [before] if hours[0] != hour else []
        closed += [one[-1] for one in sums[:-1]]
        opened = _close(state, np.array([hour, *hours])[-len(closed) - 1 :], np.stack(closed))
        usual = np.concatenate([usual, opened])[-len(hours) :]
    so_far = np.concatenate(sums) if len(sums) > 1 else sums[0]
    mean = np.full(came.shape, np.nan) if not whole else np.empty(came.shape)
    np.divide(so_far[:, 0], so_far[:, 1], out=mean, where=True if whole else came)
    if len(hours) > 1:
        usual = np.repeat(usual, np.diff(cuts), axis=0)
    residual: Floats = mean[:, np.newaxis] - usual
    return residual


def _close(state: Columns, hours: Floats, sums: Floats) -> Floats:
    """Hours are over: each is compared with the profiles, and learned. Gives what is usual in each that follows one.

    Args:
        state: as for `residuals`.
        hours: [hour], those that are over, and that which is open now.
        sums: [hour, 2, row], the sum and the number of the samples of each that is over.

    Returns:
        [hour, period, row]; NaN where the profiles do not count.
    """
    rows = sums.shape[2]
    some: Flags = sums[:, 1] > 0
    mean = np.divide(sums[:, 0], sums[:, 1], out=np.zeros(some.shape), where=some)[:, np.newaxis]
    had = some[:, np.newaxis]
    count, began = state["hours"][:rows], state["first"][:rows]
    counts = course(np.add, count, some.astype(np.float64))
    earlier = np.concatenate([count[np.newaxis], counts[:-1]])[:, np.newaxis]
    began[:] = np.where(np.isnan(began) & np.any(some, axis=0), hours[some.argmax(axis=0)], began)
    paces = 1.0 / (earlier + 1.0)
    middles = state["middle"][np.newaxis, :, :rows].copy()
    after = _follow(state["middle"], mean, np.maximum(paces, 1.0 / _LENGTHS) * had)
    away = np.where(earlier > 0.0, np.abs(mean - np.concatenate([middles, after[:-1]])), 0.0)
    spread = _follow(state["spread"], away, np.maximum(paces, 1.0 / (SPAN * _LENGTHS)) * had)
    count[:] = counts[-1]
    aways, usual = _learn(state, hours, had, mean)
    fits = aways < GATE * spread
    fits &= hours[1:, np.newaxis, np.newaxis] - began >= ENOUGH * _LENGTHS
    usual = np.where(fits, usual, np.nan)
    state["usual"][:, :rows] = usual[-1]
    return usual


def _learn(state: Columns, hours: Floats, had: Flags, mean: Floats) -> tuple[Floats, Floats]:
    """Compares the hours' means with the profiles, and takes them in.

    Returns:
        [hour, period, row]: how far hours are from the profile, and what it has for each hour that follows one.
    """
    rows = had.shape[2]
    numbers = hours.astype(np.intp)
    places = [(state[name], numbers % length) for name, length in PERIODS.items()]
    usual = np.stack([profile[place[:-1], :rows] for profile, place in places], axis=1).astype(np.float64)
    known = np.isfinite(usual) & had
    move = np.where(known, mean - usual, 0.0)
    compared = state["compared"][:, :rows]
    times = course(np.add, compared, known.astype(np.float64))
    compared[:] = times[-1]
    paces = known.astype(np.float64) * np.maximum(1.0 / np.maximum(times, 1.0), 1.0 / (SPAN * _LENGTHS))
    aways = _follow(state["away"], np.abs(move), paces)
    periods = np.maximum((hours[:-1, np.newaxis, np.newaxis] - state["first"][:rows]) // _LENGTHS, 0.0)
    learned = np.where(known, usual + np.maximum(1.0 / (periods + 1.0), PACE) * move, np.where(had, mean, usual))
    for period, (profile, place) in enumerate(places):
        profile[place[:-1], :rows] = np.clip(learned[:, period], -_MOST, _MOST)
    last = np.stack([profile[place[-1], :rows] for profile, place in places])[np.newaxis]
    return aways, np.concatenate([usual[1:], last])


def _follow(mean: Floats, values: Floats, paces: Floats) -> Floats:
    """`courses.follow` for the periods of each row. mean: [period, row]; values and paces: [hour, period, row]."""
    shape = paces.shape
    flat = np.ascontiguousarray(mean[:, : shape[2]]).reshape(-1)
    out = follow(flat, np.broadcast_to(values, shape).reshape(len(paces), -1), paces.reshape(len(paces), -1))
    mean[:, : shape[2]] = flat.reshape(shape[1:])
    return out.reshape(shape)
