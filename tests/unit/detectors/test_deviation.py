import numpy as np
import pytest

from detectors.deviation import Table, binned, both_ways, comovement, departures, falls
from detectors.model import Floats

NONE = np.zeros(1)


def table(before: list[float], after: list[float]) -> Table:
    return Table(np.array(before)[:, np.newaxis], np.array(after)[:, np.newaxis])


def calm(rows: int, seed: int = 1) -> list[float]:
    return list(10.0 + np.random.default_rng(seed).standard_normal(rows))


def test_a_shift_is_told_in_usual_widths_whatever_the_unit() -> None:
    before, after = calm(200), [20.0, 20.0]
    widths = departures(table(before, after), NONE)[0]
    scaled = departures(table([1000 * value for value in before], [20_000.0, 20_000.0]), NONE)[0]
    assert widths == pytest.approx(10.0, rel=0.2)
    assert scaled == pytest.approx(widths)


@pytest.mark.parametrize(
    ("before", "after", "least", "most"),
    [
        pytest.param([5.0] * 9, [5.0] * 3, 0.0, 0.0, id="a constant that stays is nothing"),
        pytest.param([5.0] * 9, [5.2] * 3, 0.3, 0.5, id="a small step of a steady series is not wide"),
        pytest.param([0.0] * 9, [3.0] * 3, 9.9, 10.1, id="from nothing to something is wide, not endless"),
        pytest.param([5.0] * 9, [1.0] * 3, 0.0, 0.0, id="a fall is not above"),
        pytest.param([np.nan] * 9, [1.0] * 3, 0.0, 0.0, id="no past"),
        pytest.param([1.0] * 9, [np.nan] * 3, 0.0, 0.0, id="no present"),
        pytest.param([np.nan, 5.0, np.nan, 5.0], [np.nan, 10.0], 9.9, 10.1, id="gaps"),
        pytest.param([1e308, -1e308], [1e308], 0.0, 1e3, id="numbers at the end of what there is"),
    ],
)
def test_departures(before: list[float], after: list[float], least: float, most: float) -> None:
    assert least <= departures(table(before, after), NONE)[0] <= most


def test_half_of_the_time_is_enough() -> None:
    assert departures(table(calm(100), [10.0, 30.0, 10.0, 30.0]), NONE)[0] > 10


def test_both_ways_sees_falls_too() -> None:
    assert both_ways(table(calm(100), [0.0, 0.0]))[0] > 5


def test_falls_are_what_is_missing_to_the_most_there_ever_was() -> None:
    fallen = falls(table([100.0, 99.0], [90.0]))
    assert fallen.before[:, 0].tolist() == [0.0, 1.0]
    assert fallen.after[:, 0].tolist() == [10.0]


@pytest.mark.parametrize(("rows", "bins"), [(5, 5), (30, 30), (31, 16), (600, 30)])
def test_many_rows_become_few_bins_and_none_is_lost(rows: int, bins: int) -> None:
    values = np.concatenate([np.zeros((100, 1)), np.ones((rows, 1))])
    made = binned(values, 100, 100 + rows)
    assert len(made.after) == bins
    assert np.all(made.before == 0)
    assert np.all(made.after == 1)


def test_what_moves_together_is_near_one_and_the_contrary_near_minus_one() -> None:
    course = np.array([*calm(12), 20.0, 25.0, 30.0, 22.0])
    columns = np.stack([course * 3 + 1, -course, np.full(16, 2.0), np.full(16, np.nan), np.array(calm(16, 2))], axis=1)
    moves = comovement(Table(columns[:12], columns[12:]), course)
    assert moves[:4].tolist() == pytest.approx([1.0, -1.0, 0.0, 0.0])
    assert abs(moves[4]) < 0.6


def test_series_with_few_rows_in_common_move_less_together() -> None:
    course: Floats = np.arange(16.0)
    gaps = course.copy()
    gaps[:10] = np.nan
    both = np.stack([course, gaps], axis=1)
    moves = comovement(Table(both[:12], both[12:]), course)
    assert 0 < moves[1] < moves[0]
