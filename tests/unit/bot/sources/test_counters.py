from itertools import pairwise
from math import inf, isfinite, isnan, nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.counters import FORGET_AFTER, History, increase

Samples = list[tuple[float, float]]


@pytest.mark.parametrize(
    ("samples", "growth"),
    [
        pytest.param([(0, 10), (1, 12), (2, 15)], 5, id="grows"),
        pytest.param([(0, 10), (1, 10)], 0, id="stands"),
        pytest.param([(0, 10), (1, 12), (2, 3), (3, 4)], 6, id="restarts from 0: 2 + 3 + 1"),
        pytest.param([(0, 10), (1, 0)], 0, id="restarts and has counted nothing"),
        pytest.param([(0, 10), (1, 2), (2, 1)], 3, id="restarts twice"),
        pytest.param([(2, 15), (0, 10), (1, 12)], 5, id="unsorted"),
        pytest.param([(0, 10), (0, 10), (1, 12), (1, 12)], 2, id="repeated"),
        pytest.param([(0, 10), (1, 99), (1, 12)], 2, id="said again: the later counts"),
        pytest.param([(0, 10), (60, 40)], 30, id="gap"),
        pytest.param([(0, 10), (1, nan), (2, 11)], 1, id="NaN between"),
        pytest.param([(0, 10), (1, inf), (2, 11)], 1, id="infinity between"),
        pytest.param([(0, 10), (1, -5), (2, 11)], 1, id="negative is no count"),
        pytest.param([(0, 100_000.0), (1, 99_999.9), (2, 100_001.0)], 1.1, id="a hair back is no restart"),
    ],
)
def test_growth(samples: Samples, growth: float) -> None:
    assert increase(samples) == pytest.approx(growth)


@pytest.mark.parametrize("samples", [[], [(0, 1)], [(0, 1), (0, 2)], [(0, nan), (1, 2)]])
def test_fewer_than_two_samples_say_nothing(samples: Samples) -> None:
    assert isnan(increase(samples))


def test_only_the_window_counts_with_both_its_ends() -> None:
    assert increase([(0, 0), (1, 10), (2, 30), (3, 100)], start=1, end=2) == 20


anything = st.lists(st.tuples(st.floats(0, 1e6), st.floats(allow_nan=True, allow_infinity=True)), max_size=30)
steps = st.lists(st.floats(0, 1e6), min_size=2, max_size=30)


@given(anything)
def test_growth_is_never_negative_whatever_comes(samples: Samples) -> None:
    grown = increase(samples)
    assert isnan(grown) or grown >= 0


@given(anything, st.randoms())
def test_the_order_makes_no_difference(samples: Samples, random: Random) -> None:
    unique = list(dict(samples).items())
    shuffled = list(unique)
    random.shuffle(shuffled)
    assert increase(shuffled) == pytest.approx(increase(unique), nan_ok=True)


@given(steps)
def test_without_a_restart_growth_is_last_minus_first(growth: list[float]) -> None:
    total, samples = 0.0, []
    for time, step in enumerate(growth):
        total += step
        samples.append((float(time), total))
    assert increase(samples) == pytest.approx(total - growth[0], abs=1e-6)


@given(steps, steps)
def test_a_restart_adds_only_what_was_counted_after_it(before: list[float], after: list[float]) -> None:
    high = sum(before) + sum(after) + 1
    first = [(float(t), high + v) for t, v in enumerate(sorted(before))]
    second = [(1000.0 + t, v) for t, v in enumerate(sorted(after))]
    assert increase(first + second) <= sum(b - a for a, b in pairwise(sorted(before))) + max(after) + 1e-3


def grown(history: History[str, str]) -> dict[tuple[str, str], float]:
    return {(target, key): value for target, key, value in history.increases()}


def test_growth_is_told_over_the_span_only() -> None:
    history: History[str, str] = History(span=10)
    for time in range(31):
        history.tick(time)
        history.add("a", {"requests": 5.0 * time})
    assert history.elapsed == 10
    assert grown(history) == {("a", "requests"): 50}


def test_a_new_target_only_sets_the_starting_point() -> None:
    history: History[str, str] = History(span=10)
    history.tick(0)
    history.add("old", {"requests": 0})
    history.tick(1)
    history.add("old", {"requests": 1})
    history.add("new", {"requests": 1_000_000})
    assert grown(history) == {("old", "requests"): 1}
    history.tick(2)
    history.add("new", {"requests": 1_000_003})
    assert grown(history)["new", "requests"] == 3


def test_the_first_count_of_a_new_label_is_growth_where_the_target_was_seen_without_it() -> None:
    history: History[str, str] = History(span=10)
    history.tick(0)
    history.add("a", {})
    history.tick(1)
    history.add("a", {"errors": 7})
    assert grown(history) == {("a", "errors"): 7}


def test_a_counter_that_comes_back_after_a_gap_does_not_count_from_zero() -> None:
    history: History[str, str] = History(span=10)
    history.tick(0)
    history.add("a", {"requests": 1_000_000})
    for time in range(1, 100):
        history.tick(time)
        history.add("a", {})
    history.tick(100)
    history.add("a", {"requests": 1_000_009})
    assert grown(history) == {}


def test_a_target_that_goes_fades_out_and_is_forgotten() -> None:
    history: History[str, str] = History(span=10)
    for time in range(11):
        history.tick(time)
        history.add("gone", {"requests": 10.0 * time})
    fading = []
    for time in range(11, 25):
        history.tick(time)
        history.add("other", {})
        fading.append(grown(history).get(("gone", "requests"), 0.0))
    assert fading == sorted(fading, reverse=True)
    assert fading[-1] == 0
    history.tick(11 + FORGET_AFTER)
    assert "gone" not in history._targets


@given(st.lists(st.lists(st.one_of(st.none(), st.floats(allow_nan=True)), min_size=3, max_size=3), max_size=15))
def test_any_history_gives_finite_growth(rounds: list[list[float | None]]) -> None:
    history: History[int, str] = History(span=4)
    for time, values in enumerate(rounds):
        history.tick(time)
        for target, value in enumerate(values):
            if value is not None:
                history.add(target, {"n": value})
    assert all(isfinite(value) and value >= 0 for _, _, value in history.increases())
