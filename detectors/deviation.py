"""How far series depart from what they were before a moment, and which of them move together.

Here every series is a column of one table and all that happened is known, unlike in the banks, which know the past
alone. Columns where a sample is missing hold NaN there. A series times a constant scores the same.
"""

from dataclasses import dataclass

import numpy as np

from detectors.model import Floats

LEAST_SHIFT = 0.1
"""The least scale of a series, as a share of its usual value: less is no news however steady it was."""
LEAST_SHARE = 0.003
"""The same for a share of successes, as a share of its full value: a fall from 100 % to 99 % is news."""
MOST_BINS = 30
"""Rows that the time after the moment is brought to: more say no more, and single samples are noisy."""
LEAST_COMMON = 5
"""Rows that two series must have in common to be compared."""
BEFORE = 12
"""Rows before the moment, at the least, against which it shows that two series changed together."""


@dataclass(frozen=True, slots=True)
class Table:
    """Samples before and after a moment. before, after: [row, series], both in steps of equal length."""

    before: Floats
    after: Floats


def binned(values: Floats, moment: int, until: int) -> Table:
    """The means of so many rows each that MOST_BINS remain from row `moment` to row `until`; all rows before it."""
    step = -(-(until - moment) // MOST_BINS)
    return Table(_means(values[moment % step : moment], step), _means(values[moment:until], step))


def falls(table: Table) -> Table:
    """What is missing to the full value: for series whose fall is bad. The full value is the most they ever had."""
    full = np.fmax(_most(table.before), _most(table.after))
    return Table(full - table.before, full - table.after)


def departures(table: Table, least: Floats) -> Floats:
    """For each series how many of its usual widths it lies above its usual value; never below 0, and never NaN.

    It is the mean of the upper half of the rows after the moment, for a fault need not be there all the time. A series
    without a row before the moment, or without one after it, departs from nothing.

    least: the least width of each series, in its own unit.
    """
    with np.errstate(all="ignore"):
        usual = _quantile(table.before, 0.5)
        width = (_quantile(table.before, 0.75) - _quantile(table.before, 0.25)) / 1.349
        spread = _spread(table.before)
        width = np.fmax(width, np.fmax(least, LEAST_SHIFT * np.abs(usual)))
        width = np.where(width > 0, width, np.where(spread > 0, spread, 0.1 * _most(np.abs(table.after))))
        over = np.nan_to_num((table.after - usual) / width, nan=0.0, posinf=0.0, neginf=0.0)
    upper = -np.sort(-np.maximum(over, 0.0), axis=0)[: -(-len(over) // 2)]
    return np.mean(upper, axis=0) if len(upper) else np.zeros(over.shape[1])


def both_ways(table: Table) -> Floats:
    """As `departures`, for series that may go wrong in either direction."""
    none = np.zeros(table.before.shape[1])
    return np.fmax(departures(table, none), departures(_turned(table), none))


def comovement(table: Table, symptom: Floats) -> Floats:
    """How each series moves with the symptom around the moment, -1..1: the mean of Pearson's and Spearman's measure.

    symptom: the course of the symptom, over the rows before and then after. Series with few rows in common get less.
    """
    rows = len(table.after) + max(BEFORE, len(table.after))
    courses = np.concatenate([table.before, table.after])[-rows:]
    return np.array([_together(courses[:, place], symptom[-rows:]) for place in range(courses.shape[1])])


def _together(one: Floats, other: Floats) -> float:
    known = ~(np.isnan(one) | np.isnan(other))
    if known.sum() < LEAST_COMMON:
        return 0.0
    first, second = one[known], other[known]
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    linear = _pearson(first, second)
    return 0.5 * (linear + _pearson(_ranks(first), _ranks(second))) * min(1.0, 1.2 * float(known.mean()))


def _pearson(one: Floats, other: Floats) -> float:
    first, second = one - one.mean(), other - other.mean()
    length = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / length if length > 0 and np.isfinite(length) else 0.0


def _ranks(values: Floats) -> Floats:
    """The place of each value in order; equal values share the mean of theirs."""
    _, place, number = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(number)
    ranks: Floats = (ends - (number - 1) / 2.0)[place]
    return ranks


def _means(values: Floats, step: int) -> Floats:
    """The mean of each `step` rows, of those that are there."""
    if step == 1 or not len(values):
        return values
    grouped = values[: len(values) // step * step].reshape(-1, step, values.shape[1])
    rest = values[len(values) // step * step :]
    parts = [_mean(grouped, 1)] + ([_mean(rest[np.newaxis], 1)] if len(rest) else [])
    return np.concatenate(parts)


def _mean(values: Floats, axis: int) -> Floats:
    known = ~np.isnan(values)
    with np.errstate(all="ignore"):
        out: Floats = np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis)
    return out


def _spread(values: Floats) -> Floats:
    centred = values - _mean(values, 0)
    return np.sqrt(_mean(centred * centred, 0))


def _most(values: Floats) -> Floats:
    return np.fmax.reduce(values, axis=0) if len(values) else np.full(values.shape[1], np.nan)


def _quantile(values: Floats, share: float) -> Floats:
    """As numpy's nanquantile, many columns at once: NaN sort last, and each column's own number of samples counts."""
    if not len(values):
        return np.full(values.shape[1], np.nan)
    ordered = np.sort(values, axis=0)
    number = (~np.isnan(values)).sum(axis=0)
    at = np.maximum(number - 1, 0) * share
    low = at.astype(np.intp)
    high = np.minimum(low + 1, np.maximum(number - 1, 0))
    columns = np.arange(values.shape[1])
    left, right = ordered[low, columns], ordered[high, columns]
    out: Floats = left + (right - left) * (at - low)
    return out


def _turned(table: Table) -> Table:
    return Table(-table.before, -table.after)
