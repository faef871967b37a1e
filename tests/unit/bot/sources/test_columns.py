from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.samples import Query
from bot.sources.columns import MOST_SERIES, Named, columns
from detectors.model import Traits

QUERY = Query("errors", "errors", "ratio", Traits())
NAN = float("nan")


def row(instance: str, *points: tuple[float, float]) -> Named:
    times, values = zip(*points, strict=True)
    return Named("shop", {"instance": instance}, np.array(times), np.array(values))


@pytest.mark.parametrize(
    ("points", "column"),
    [
        ([(10, 1), (20, 2), (30, 3)], [1, 2, 3]),
        ([(30, 3), (10, 1)], [1, NAN, 3]),
        ([(10, 1), (10, 5), (20, 2)], [5, 2, NAN]),
        ([(9.999, 1), (20.001, 2)], [1, 2, NAN]),
        ([(-50, 9), (40, 9), (1e12, 9)], [NAN, NAN, NAN]),
        ([(20, NAN)], [NAN, NAN, NAN]),
    ],
)
def test_samples_find_their_place_in_time(points: Sequence[tuple[float, float]], column: Sequence[float]) -> None:
    batch, notes = columns("prom", QUERY, [row("a", *points)], np.array([10.0, 20.0, 30.0]))
    np.testing.assert_array_equal(batch.values[:, 0], column)
    assert notes == []


def test_a_single_time_takes_whatever_time_the_sample_has() -> None:
    batch, _ = columns("prom", QUERY, [row("b", (9, 2)), row("a", (7, 1))], np.array([10.0]))
    assert [series.key for series in batch.series] == ['prom/errors{instance="a"}', 'prom/errors{instance="b"}']
    assert batch.values.tolist() == [[1, 2]]
    assert batch.series[0].service == "shop"


def test_the_first_of_two_series_with_one_key_stays_and_it_is_told() -> None:
    batch, notes = columns("prom", QUERY, [row("a", (10, 1)), row("a", (10, 2))], np.array([10.0]))
    assert batch.values.tolist() == [[1]]
    assert notes == ["errors: 1 series came twice; the first of each was taken"]


def test_too_many_series_are_capped_the_same_way_each_time() -> None:
    rows = [row(f"{number:06}", (10, number)) for number in range(MOST_SERIES + 5)]
    batch, notes = columns("prom", QUERY, rows, np.array([10.0]))
    again, _ = columns("prom", QUERY, rows[::-1], np.array([10.0]))
    assert batch.values.shape == (1, MOST_SERIES)
    assert [series.key for series in batch.series] == [series.key for series in again.series]
    assert "10005 series are too many" in notes[0]


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(allow_infinity=False)), min_size=1, max_size=20))
def test_any_times_give_a_column_of_the_asked_length(points: list[tuple[float, float]]) -> None:
    batch, _ = columns("prom", QUERY, [row("a", *points)], np.arange(10.0, 100.0, 10.0))
    assert batch.values.shape == (9, 1)
