from itertools import pairwise

import numpy as np
import pytest

from detectors import seasons
from detectors.columns import Columns
from detectors.model import Floats
from detectors.seasons import HOUR, residuals
from tests.unit.detectors.streams import clock

EVERY = 600.0
DAY = int(24 * HOUR / EVERY)
PER_HOUR = int(HOUR / EVERY)


def views(values: Floats, cuts: tuple[int, ...] = ()) -> Floats:
    """[tick, period] of one series that starts at midnight."""
    state = Columns(**seasons.blank())
    state.resize(1)
    times, hour, parts = clock(len(values), EVERY), np.nan, []
    edges = [0, *cuts, len(values)]
    for begin, end in pairwise(edges):
        parts.append(residuals(state, times[begin:end], values[begin:end, np.newaxis], hour))
        hour = times[end - 1] // HOUR
    return np.concatenate(parts)[:, :, 0]


def daily(days: int, noise: float = 0.02, working: bool = False) -> Floats:
    """A rhythm between 0 and 2; with `working`, two days of seven are flat."""
    ticks = np.arange(days * DAY)
    values = 1.0 + np.sin(2 * np.pi * ticks / DAY) * (1.0 if not working else (ticks // DAY % 7 < 5))
    noisy: Floats = values + noise * np.random.default_rng(1).standard_normal(len(ticks))
    return noisy


def test_nothing_is_usual_before_three_periods() -> None:
    day, week = views(daily(25)).T
    assert np.isnan(day[: 3 * DAY]).all()
    assert np.isfinite(day[3 * DAY :]).all()
    assert np.isnan(week[: 21 * DAY]).all()
    assert np.isfinite(week[21 * DAY :]).all()


def test_a_rhythm_leaves_little_and_a_break_of_it_stands_out() -> None:
    values = daily(12)
    values[10 * DAY + 6 * PER_HOUR : 10 * DAY + 9 * PER_HOUR] = 1.0  # in the range of the day, not of the hour
    day = views(values)[:, 0]
    calm = day[4 * DAY : 10 * DAY]
    assert np.abs(calm).max() < 0.35
    assert day[10 * DAY + 7 * PER_HOUR] == pytest.approx(-1.0, abs=0.2)


@pytest.mark.parametrize("seed", range(5))
def test_no_rhythm_has_no_view(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for values in (rng.standard_normal(30 * DAY), rng.standard_normal(30 * DAY).cumsum()):
        assert np.isnan(views(values)).mean() > 0.95


def test_weekends_are_usual_in_the_week_only() -> None:
    day, week = views(daily(42, working=True)).T
    assert np.nanmax(np.abs(week[28 * DAY :])) < 0.4
    assert not np.nanmax(np.abs(day[28 * DAY :])) < 0.4


@pytest.mark.parametrize("cuts", [(1,), (5, 6, 7), (100, 2000), tuple(range(1, 900))])
def test_the_same_however_it_is_cut(cuts: tuple[int, ...]) -> None:
    values = daily(25)
    values[[7, 800, 801]] = np.nan
    np.testing.assert_array_equal(views(values), views(values, cuts))


def test_huge_values_stay_finite() -> None:
    values = np.where(np.arange(5 * DAY) % 2 > 0, 1e299, -1e299)
    found = views(values)
    assert not np.isinf(found).any()
