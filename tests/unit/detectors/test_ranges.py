from itertools import pairwise

import numpy as np
import pytest

from detectors import ranges
from detectors.columns import Columns
from detectors.model import Floats
from detectors.ranges import MEMORIES, WARM_UP, beyond

BLOCK = 400


def state_of(rows: int = 1) -> Columns:
    state = Columns(**ranges.blank(1))
    state.resize(rows)
    return state


def far(values: Floats, block: int = BLOCK) -> Floats:
    """How far each value of one series is beyond what was seen before it."""
    return beyond(state_of(), values[:, np.newaxis, np.newaxis], 0, block)[0][:, 0, 0]


def waves(ticks: int) -> Floats:
    """Between -1 and 1."""
    wave: Floats = np.sin(np.arange(ticks))
    return wave


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(0.5, 0.0, 0.0), (1.01, 0.0, 0.0), (1.1, 0.5, 0.6), (-1.1, 0.5, 0.6), (3.0, 0.95, 1.0), (1e299, 0.99, 1.0)],
)
def test_beyond_all_that_was_seen(value: float, low: float, high: float) -> None:
    assert low <= far(np.append(waves(2000), value))[-1] <= high


def test_nothing_is_new_before_the_warm_up_is_over() -> None:
    values = waves(WARM_UP + 10)
    values[[WARM_UP - 1, WARM_UP + 5]] = [50.0, 5000.0]
    assert np.flatnonzero(far(values)).tolist() == [WARM_UP + 5]


@pytest.mark.parametrize(("ago", "memories"), [(2, 0), (3, 1), (6, 1), (12, 2), (40, 3)])
def test_each_memory_forgets_after_its_second_block(ago: int, memories: int) -> None:
    """What was seen in the block `ago` blocks before is still in the range of the longer memories."""
    values = waves(BLOCK * (2 * MEMORIES[-1] + 20))
    now = len(values) - BLOCK // 2
    values[now - (ago - 1) * BLOCK] = 9.0
    values[now] = 9.0
    assert far(values)[now] == pytest.approx(memories / len(MEMORIES), abs=0.03)


def test_the_first_move_of_a_constant_is_far_but_not_its_last_bits() -> None:
    constant = np.full(1000, 0.1)
    assert far(np.append(constant, 0.2))[-1] == pytest.approx(1.0)
    assert far(np.append(constant, np.nextafter(0.1, 1.0)))[-1] == 0.0
    assert far(np.append(np.zeros(1000), 0.0))[-1] == 0.0


def test_a_view_that_was_away_for_long_is_not_judged_at_once() -> None:
    away = np.concatenate([waves(1000), np.full(3 * BLOCK, np.nan), [50.0]])
    assert not far(away).any()


def test_the_same_however_it_is_cut() -> None:
    rng = np.random.default_rng(3)
    values = rng.standard_normal((1500, 1, 7)).cumsum(axis=0)
    values[rng.uniform(size=values.shape) < 0.01] = np.nan
    whole, cut = state_of(7), state_of(7)
    expected = beyond(whole, values, 0, BLOCK)
    edges = [0, 1, 2, 399, 400, 401, 1100, 1500]
    parts = [beyond(cut, values[a:b], a, BLOCK) for a, b in pairwise(edges)]
    for one, two in zip(expected, zip(*parts, strict=True), strict=True):
        np.testing.assert_array_equal(one, np.concatenate(two))
    for name, column in whole.snapshot().items():
        np.testing.assert_array_equal(column, cut[name])
