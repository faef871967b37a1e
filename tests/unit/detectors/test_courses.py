import numpy as np
import pytest

from detectors.courses import FEW, course, follow


@pytest.mark.parametrize("rows", [1, FEW, FEW + 1])
@pytest.mark.parametrize("step", [np.add, np.fmin, np.fmax])
def test_a_course_is_the_same_however_it_is_cut(rows: int, step: np.ufunc) -> None:
    rng = np.random.default_rng(1)
    start, values = rng.standard_normal((2, rows)), 1e6 * rng.standard_normal((50, 2, rows))
    whole = course(step, start, values)
    first = course(step, start, values[:17])
    np.testing.assert_array_equal(whole, np.concatenate([first, course(step, first[-1], values[17:])]))
    one_by_one = [start]
    for value in values:
        one_by_one.append(step(one_by_one[-1], value))
    np.testing.assert_array_equal(whole, one_by_one[1:])


@pytest.mark.parametrize("rows", [1, FEW, FEW + 1])
def test_a_mean_is_the_same_however_it_is_cut(rows: int) -> None:
    rng = np.random.default_rng(2)
    values, paces = 1e6 * rng.standard_normal((50, rows)), rng.uniform(0.0, 1.0, (50, rows))
    whole, cut = np.zeros(rows), np.zeros(rows)
    means = follow(whole, values, paces)
    parts = [follow(cut, values[part], paces[part]) for part in (slice(17), slice(17, 18), slice(18, 50))]
    np.testing.assert_array_equal(means, np.concatenate(parts))
    np.testing.assert_array_equal(whole, cut)


def test_a_mean_moves_by_its_pace_and_stands_at_pace_zero() -> None:
    mean = np.array([10.0])
    means = follow(mean, np.array([[20.0], [99.0], [20.0]]), np.array([[0.5], [0.0], [1.0]]))
    assert means.ravel().tolist() == [15.0, 15.0, 20.0]
    assert mean.tolist() == [20.0]
