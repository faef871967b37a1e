from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.signals import URGENT, Rules, Sight, Signal, Track, fold
from tests.builders import T, signal

BAD = signal(onset=T, firing=True)
KEY = BAD.key
RULES = Rules(debounce=2, clear_after=3, lost_after=6)


def run(course: str, rules: Rules = RULES) -> tuple[dict[str, Track], list[tuple[int, str]]]:
    """Ticks as letters: b(ad), n(ormal again), h(igh but called normal), s(ilent), e(nded for sure).

    Gives the last state, and when it began to fire or how that ended.
    """
    state: dict[str, Track] = {}
    changes: list[tuple[int, str]] = []
    for tick, what in enumerate(course):
        sight = Sight(
            T + tick,
            [replace(BAD, onset=T + tick, at=T + tick)] if what == "b" else [],
            normal={"n": {KEY: 0.01}, "h": {KEY: BAD.peak}}.get(what, {}),
            ended={KEY} if what == "e" else (),
        )
        state, changed = fold(state, sight, rules)
        changes += [(tick, "fires" if one.firing else one.end) for one in changed]
    return state, changes


@pytest.mark.parametrize(
    ("course", "changes", "tracked"),
    [
        pytest.param("b", [], True, id="once is not enough"),
        pytest.param("bb", [(1, "fires")], True, id="debounced"),
        pytest.param("bbbb", [(1, "fires")], True, id="fires once"),
        pytest.param("bn", [], False, id="a blip is forgotten"),
        pytest.param("bnb", [], True, id="normal between starts anew"),
        pytest.param("bnbb", [(3, "fires")], True, id="and then fires"),
        pytest.param("bsb", [(2, "fires")], True, id="silence does not start anew"),
        pytest.param("bbnn", [(1, "fires")], True, id="not yet clear"),
        pytest.param("bbnnn", [(1, "fires"), (4, "cleared")], False, id="clears"),
        pytest.param("bbnnbnnn", [(1, "fires"), (7, "cleared")], False, id="a relapse starts the clearing anew"),
        pytest.param("bbnsnsn", [(1, "fires"), (6, "cleared")], False, id="silence neither clears nor relapses"),
        pytest.param("bbsssss", [(1, "fires")], True, id="silence alone does not clear"),
        pytest.param("bbssssss", [(1, "fires"), (7, "lost")], False, id="out of sight for long is lost, not cleared"),
        pytest.param("bbsssnsssss", [(1, "fires")], True, id="a word starts the silence anew"),
        pytest.param("bssssss", [], False, id="lost before it fired"),
        pytest.param("bbhhh", [(1, "fires"), (4, "adopted")], False, id="the baseline moved to it"),
        pytest.param("bbhhn", [(1, "fires"), (4, "cleared")], False, id="it came back in the end"),
        pytest.param("bbe", [(1, "fires"), (2, "cleared")], False, id="gone for good"),
        pytest.param("be", [], False, id="gone before it fired"),
        pytest.param("bbnnnbb", [(1, "fires"), (4, "cleared"), (6, "fires")], True, id="comes back"),
        pytest.param("nnee", [], False, id="nothing is tracked"),
    ],
)
def test_debounce_and_clearing(course: str, changes: list[tuple[int, str]], tracked: bool) -> None:
    state, found = run(course)
    assert found == changes
    assert (KEY in state) is tracked


def test_debounce_of_one_fires_at_once_and_clearing_after_one_clears_at_once() -> None:
    assert run("bn", Rules(1, 1))[1] == [(0, "fires"), (1, "cleared")]


@given(st.text("bnhse", max_size=40), st.integers(1, 5), st.integers(1, 5))
def test_it_never_fires_before_the_debounce_nor_clears_before_its_time(course: str, debounce: int, clear: int) -> None:
    _, changes = run(course, Rules(debounce, clear, lost_after=7))
    assert [what == "fires" for _, what in changes] == [place % 2 == 0 for place in range(len(changes))]
    for tick, what in changes:
        seen = course[: tick + 1]
        said = seen.replace("s", "").replace("h", "n")
        if what == "fires":
            assert said.endswith("b" * debounce)
        elif what == "lost":
            assert seen.endswith("s" * 7)
        else:
            assert said.endswith(("e", "n" * clear))
        assert what != "adopted" or seen.rstrip("s").endswith("h")


@pytest.mark.parametrize(
    ("patience", "changes"),
    [
        pytest.param([0.0] * 6, [(1, False)], id="no patience"),
        pytest.param([3.0] * 6, [(1, True), (3, False)], id="told again when it has lasted"),
        pytest.param([9.0, 9.0, 9.0, 0.0, 9.0, 9.0], [(1, True), (3, False)], id="or when it is much worse, once"),
        pytest.param([9.0] * 6, [(1, True)], id="too short"),
    ],
)
def test_a_signal_is_held_until_it_has_lasted(patience: list[float], changes: list[tuple[int, bool]]) -> None:
    state: dict[str, Track] = {}
    found = []
    for tick, least in enumerate(patience):
        said = replace(BAD, onset=T + tick, at=T + tick, patience=least)
        state, changed = fold(state, Sight(T + tick, [said]), RULES)
        found += [(tick, one.held) for one in changed]
    assert found == changes


def test_the_onset_is_the_first_bad_sample_and_the_peak_the_furthest() -> None:
    state: dict[str, Track] = {}
    for tick, value in enumerate((0.2, 0.9, 0.4)):
        said = replace(BAD, onset=T + tick, at=T + tick, value=value, peak=value)
        state, _ = fold(state, Sight(T + tick, [said]), RULES)
    kept = state[KEY].signal
    assert (kept.onset, kept.at, kept.value, kept.peak, kept.firing) == (T, T + 2, 0.4, 0.9, True)


@pytest.mark.parametrize(("values", "peak"), [((5.0, 1.0, 8.0), 1.0), ((12.0, 15.0, 8.0), 15.0)])
def test_the_peak_is_measured_from_what_was_expected(values: tuple[float, ...], peak: float) -> None:
    state: dict[str, Track] = {}
    for value in values:
        state, _ = fold(state, Sight(T, [replace(BAD, expected=10.0, value=value, peak=value)]), RULES)
    assert state[KEY].signal.peak == peak


def test_the_highest_score_is_remembered() -> None:
    state: dict[str, Track] = {}
    for score in (0.6, 0.9, 0.7):
        state, _ = fold(state, Sight(T, [replace(BAD, score=score)]), RULES)
    assert (state[KEY].signal.score, state[KEY].signal.top) == (0.7, 0.9)


def test_keys_do_not_touch_each_other_and_the_state_given_stays_as_it_was() -> None:
    other: Signal = signal("search")
    before, _ = fold({}, Sight(T, [BAD, other]), RULES)
    after, changes = fold(before, Sight(T + 1, [BAD], normal={other.key: 0.0}), RULES)
    assert [(one.key, one.firing) for one in changes] == [(KEY, True)]
    assert set(before) == {KEY, other.key}
    assert set(after) == {KEY}


def test_what_is_said_to_be_bad_outweighs_that_it_looks_normal() -> None:
    state, changes = fold({KEY: Track(replace(BAD, firing=False), bad=1)}, Sight(T, [BAD], {KEY: 0.0}, {KEY}), RULES)
    assert [one.firing for one in changes] == [True]
    assert state[KEY].good == 0


def test_what_was_normal_before_the_trouble_stays_the_measure() -> None:
    state: dict[str, Track] = {}
    for expected, value in ((10.0, 30.0), (25.0, 28.0), (28.0, 29.0)):
        state, _ = fold(state, Sight(T, [replace(BAD, expected=expected, value=value, peak=value)]), RULES)
    assert (state[KEY].signal.expected, state[KEY].signal.peak) == (10.0, 30.0)


@pytest.mark.parametrize(
    ("expected", "value", "end"), [(0.0, 0.1, "cleared"), (0.0, 0.4, "adopted"), (None, 0.4, "cleared")]
)
def test_what_is_called_normal_far_from_the_old_normal_was_adopted(
    expected: float | None, value: float, end: str
) -> None:
    track = Track(replace(BAD, expected=expected, peak=0.5), bad=4, good=2)
    _, changes = fold({KEY: track}, Sight(T + 9, normal={KEY: value}), RULES)
    assert [(one.firing, one.end) for one in changes] == [(False, end)]


def test_what_cleared_keeps_its_last_values() -> None:
    _, changes = fold({KEY: Track(BAD, bad=4)}, Sight(T + 9, ended={KEY}), RULES)
    assert changes == [replace(BAD, firing=False, end="cleared")]


def test_a_forecast_changes_once_more_when_it_becomes_urgent() -> None:
    """And not again, though the time left goes to and fro."""
    state: dict[str, Track] = {}
    told = []
    for tick, score in enumerate([0.6, 0.6, 0.7, URGENT, 0.7, 0.95]):
        said = replace(BAD, onset=T + tick, at=T + tick, score=score, left=3600.0, firing=False)
        state, changed = fold(state, Sight(T + tick, [said]), RULES)
        told += [(tick, one.urgent) for one in changed]
    assert told == [(1, False), (3, True)]


def test_only_a_forecast_is_urgent() -> None:
    assert not signal(score=1.0).urgent
    assert signal(score=1.0, left=0.0).urgent
