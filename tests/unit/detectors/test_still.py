from itertools import pairwise

import numpy as np
import pytest

from detectors import still
from detectors.columns import Columns
from detectors.model import Flags, Floats
from detectors.still import LONG, WARM_UP, standing


def stands(values: Floats, cuts: tuple[int, ...] = ()) -> Flags:
    state = Columns(**still.blank())
    state.resize(1)
    counts = np.cumsum(np.isfinite(values)).astype(float)
    edges = [0, *cuts, len(values)]
    parts = [standing(state, values[a:b, np.newaxis], counts[a:b, np.newaxis]) for a, b in pairwise(edges)]
    return np.concatenate(parts)[:, 0]


def moving(ticks: int) -> Floats:
    return np.random.default_rng(1).standard_normal(ticks)


def test_a_series_that_moves_and_stands_is_told_when_the_run_is_long() -> None:
    values = np.concatenate([moving(WARM_UP + 50), np.full(4 * LONG, 0.5), moving(10)])
    found = stands(values)
    first = WARM_UP + 50 + LONG  # the first of the equal values repeats nothing
    assert np.flatnonzero(found).tolist() == list(range(first, first + LONG))


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(1000),
        np.repeat(moving(100), 40),  # often stands
        np.concatenate([moving(100), np.full(100, 0.5)]),  # too little is known
        np.concatenate([moving(500), np.full(LONG, 0.5), [np.nan], np.full(LONG, 0.5)]),  # a gap ends a run
    ],
)
def test_what_often_stands_or_is_hardly_known_is_not_told(values: Floats) -> None:
    assert not stands(values).any()


@pytest.mark.parametrize("cuts", [(1,), (620,), (610, 611, 640), tuple(range(1, 700))])
def test_the_same_however_it_is_cut(cuts: tuple[int, ...]) -> None:
    values = np.concatenate([moving(600), np.full(80, 0.5), moving(40)])
    np.testing.assert_array_equal(stands(values), stands(values, cuts))
