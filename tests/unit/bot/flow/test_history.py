import math

import numpy as np
import pytest

from bot.flow.history import LARGEST, History


def filled(history: History, ticks: int, *keys: str) -> History:
    for tick in range(ticks):
        history.add(float(tick), keys, np.array([100.0 * place + tick for place in range(len(keys))]))
    return history


def test_the_course_is_the_newest_ticks_oldest_first() -> None:
    history = filled(History(ticks=4), 6, "a", "b")
    assert history.course("b") == [(2.0, 102.0), (3.0, 103.0), (4.0, 104.0), (5.0, 105.0)]
    assert history.course("never seen") == []


@pytest.mark.parametrize("gap", [math.nan, math.inf, -math.inf])
def test_what_did_not_come_is_left_out(gap: float) -> None:
    history = History(ticks=4)
    history.add(1.0, ["a", "b"], np.array([1.0, 2.0]))
    history.add(2.0, ["a"], np.array([gap]))
    history.add(3.0, ["b", "a"], np.array([4.0, 3.0]))
    assert history.course("a") == [(1.0, 1.0), (3.0, 3.0)]
    assert history.course("b") == [(1.0, 2.0), (3.0, 4.0)]


def test_many_series_have_room() -> None:
    keys = [f"s{place}" for place in range(500)]
    history = filled(History(ticks=3), 2, *keys[:10])
    filled(history, 3, *keys)
    assert history.course("s499") == [(0.0, 49_900.0), (1.0, 49_901.0), (2.0, 49_902.0)]


def test_the_forgotten_are_gone_and_the_others_keep_theirs() -> None:
    history = filled(History(ticks=3), 3, "a", "b", "c")
    history.forget(["a", "c", "never seen"])
    assert history.course("a") == history.course("c") == []
    assert history.course("b") == [(0.0, 100.0), (1.0, 101.0), (2.0, 102.0)]
    filled(history, 3, "d", "e", "f")
    assert history.course("d") == [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]


def test_forgetting_all_starts_afresh() -> None:
    history = filled(History(ticks=3), 3, "a")
    history.forget(["a"])
    assert history.course("a") == []
    history.add(9.0, ["a"], np.array([7.0]))
    assert history.course("a") == [(9.0, 7.0)]


def test_churn_does_not_grow_without_bound() -> None:
    history = History(ticks=2)
    for generation in range(200):
        keys = [f"{generation}-{place}" for place in range(100)]
        filled(history, 2, *keys)
        history.forget(keys)
    assert history._values.shape[1] < 1000


def test_values_too_large_for_it_are_left_out() -> None:
    history = History(4)
    history.add(1.0, ["a", "b"], np.array([1e300, LARGEST]))
    assert history.course("a") == []
    assert history.course("b") == [(1.0, LARGEST)]
