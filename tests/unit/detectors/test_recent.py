import math

import numpy as np
import pytest

from detectors.recent import LARGEST, Recent


def filled(recent: Recent, ticks: int, rows: int) -> Recent:
    for tick in range(ticks):
        recent.update(np.array([float(tick)]), np.arange(tick, tick + 100.0 * rows, 100.0)[np.newaxis])
    return recent


def ring(ticks: int, rows: int) -> Recent:
    recent = Recent(ticks)
    recent.resize(rows)
    return recent


def test_the_course_is_the_newest_ticks_oldest_first() -> None:
    recent = filled(ring(4, 2), 6, 2)
    assert recent.course(1) == [(2.0, 102.0), (3.0, 103.0), (4.0, 104.0), (5.0, 105.0)]


def test_many_ticks_at_once_are_the_same_as_one_by_one() -> None:
    at_once = ring(4, 1)
    at_once.update(np.arange(3.0), np.arange(3.0)[:, np.newaxis])
    at_once.update(np.arange(3.0, 12.0), np.arange(3.0, 12.0)[:, np.newaxis])
    assert at_once.course(0) == filled(ring(4, 1), 12, 1).course(0)


@pytest.mark.parametrize("gap", [math.nan, math.inf, -math.inf, 2 * LARGEST])
def test_what_is_no_number_is_left_out(gap: float) -> None:
    recent = ring(4, 2)
    recent.update(np.array([1.0]), np.array([[1.0, 2.0]]))
    recent.update(np.array([2.0]), np.array([[gap, 3.0]]))
    assert recent.course(0) == [(1.0, 1.0)]
    assert recent.course(1) == [(1.0, 2.0), (2.0, 3.0)]


def test_new_rows_have_room_and_know_nothing() -> None:
    recent = filled(ring(3, 1), 2, 1)
    recent.resize(500)
    assert recent.course(499) == []
    filled(recent, 1, 500)
    assert recent.course(499) == [(0.0, 49_900.0)]


def test_the_forgotten_are_gone_and_the_others_keep_theirs() -> None:
    recent = filled(ring(3, 3), 3, 3)
    recent.reset(np.array([0, 2]))
    assert recent.course(0) == recent.course(2) == []
    assert recent.course(1) == [(0.0, 100.0), (1.0, 101.0), (2.0, 102.0)]


@pytest.mark.parametrize(("ticks", "left"), [(2, [4.0, 5.0]), (6, [2.0, 3.0, 4.0, 5.0]), (4, [2.0, 3.0, 4.0, 5.0])])
def test_another_length_keeps_the_newest(ticks: int, left: list[float]) -> None:
    recent = filled(ring(4, 1), 6, 1)
    recent.keep(ticks)
    assert [time for time, _ in recent.course(0)] == left
    recent.update(np.array([9.0]), np.array([[1.0]]))
    assert [time for time, _ in recent.course(0)] == [*left, 9.0][-ticks:]


def test_none_at_all() -> None:
    recent = filled(ring(0, 1), 3, 1)
    assert recent.course(0) == []
    recent.keep(2)
    assert filled(recent, 2, 1).course(0) == [(0.0, 0.0), (1.0, 1.0)]
