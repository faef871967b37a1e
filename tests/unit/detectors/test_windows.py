import numpy as np
import pytest

from detectors.model import Floats
from detectors.windows import FINE, SPANS, Windows, lags

ROWS = np.arange(2)
START = 1_700_006_400.0 // SPANS[-1] * SPANS[-1]
"""Where a bin of every window begins."""


def filled(values: Floats, every: float) -> tuple[Windows, float]:
    """Windows after these values [tick, row], and the time at which the last of their bins is closed."""
    windows = Windows()
    windows.resize(2)
    for tick, row in enumerate(values):
        windows.add(ROWS, START + tick * every, row)
    end = START + len(values) * every
    windows.add(ROWS, end, values[-1])
    return windows, end


@pytest.mark.parametrize("every", [15.0, 75.0, 225.0])
def test_quarters_are_medians_of_means_in_every_window(every: float) -> None:
    ticks = int(SPANS[-1] / every)
    values = np.random.default_rng(3).standard_normal((ticks, 2)) + np.linspace(0.0, 50.0, ticks)[:, np.newaxis]
    windows, end = filled(values, every)
    quarters = windows.quarters(ROWS, end)
    for scale, span in enumerate(SPANS.tolist()):
        bins = values[-int(span / every) :].reshape(4, 6, -1, 2).mean(axis=2)
        np.testing.assert_allclose(quarters[scale], np.median(bins, axis=1), rtol=1e-5)
    np.testing.assert_allclose(windows.newest(ROWS), values[-int(FINE / every) :].mean(axis=0))


def test_a_window_without_enough_samples_says_nothing() -> None:
    windows, end = filled(np.ones((12, 2)), FINE)
    quarters = windows.quarters(ROWS, end)
    assert np.isfinite(quarters[0, :, 0]).tolist() == [False, False, True, True]
    assert np.isfinite(quarters[1, :, 0]).tolist() == [False, False, False, True]
    assert np.isnan(quarters[3:]).all()


def test_what_nobody_saw_is_empty_and_what_is_old_is_gone() -> None:
    windows, end = filled(np.ones((24, 2)), FINE)
    windows.add(ROWS[:1], end + 17 * FINE, np.array([2.0]))
    windows.add(ROWS[:1], end + 18 * FINE, np.array([2.0]))
    quarters = windows.quarters(ROWS[:1], end + 18 * FINE)
    assert np.isfinite(quarters[0, :, 0]).tolist() == [True, False, False, False]
    windows.add(ROWS[:1], end + 10 * SPANS[-1], np.array([2.0]))
    assert np.isnan(windows.quarters(ROWS[:1], end + 10 * SPANS[-1])).all()


def test_only_a_new_bin_closes_one() -> None:
    windows = Windows()
    windows.resize(2)
    values = np.ones(2)
    closed = [windows.add(ROWS, START + second, values).any() for second in (0.0, 100.0, 224.0, 225.0, 449.0, 450.0)]
    assert closed == [False, False, False, True, False, True]


def test_lags_are_half_a_quarter_and_what_is_not_closed_yet() -> None:
    np.testing.assert_allclose(lags(START), SPANS / 8)
    np.testing.assert_allclose(lags(START + 3 * FINE)[:3], SPANS[:3] / 8 + np.array([0.0, FINE, 3 * FINE]))


def test_huge_values_stay_finite() -> None:
    windows, end = filled(np.full((60, 2), 1e300) * np.array([1.0, -1.0]), FINE)
    assert np.isfinite(windows.quarters(ROWS, end)[1]).all()
