from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from detectors.archive import pack, unpack
from detectors.model import Bad, Flags, Floats, Traits
from detectors.siblings import Siblings, Unlike
from tests.unit.detectors.streams import clock, keys_of

EVERY = 60.0
LATENCY = Traits("up", 0.0, minimum=0.05, relative=1.0, every=EVERY)
TICKS = 400
FROM = 200
"""When something happens in these stories: the group is settled by then."""


def alike(members: int = 6, ticks: int = TICKS, seed: int = 3) -> Floats:
    """Latencies of instances that share a rhythm, 0.12 s in the middle, each with noise of its own."""
    rhythm = 1.0 + 0.5 * np.sin(2 * np.pi * np.arange(ticks) / 300)[:, np.newaxis]
    return 0.12 * rhythm * np.exp(0.15 * np.random.default_rng(seed).standard_normal((ticks, members)))


def told(values: Floats, traits: Traits = LATENCY, groups: Floats | None = None) -> list[Unlike]:
    """A tick each, all members in one group unless `groups` says otherwise."""
    judge = Siblings(traits)
    places = np.zeros(values.shape[1], dtype=np.intp) if groups is None else groups.astype(np.intp)
    times = clock(len(values), traits.every).tolist()
    return [judge.update(time, keys_of(values), places, row) for time, row in zip(times, values, strict=True)]


def anomalous(values: Floats, traits: Traits = LATENCY) -> Flags:
    return np.array([one.anomalous for one in told(values, traits)])


def slow(values: Floats) -> None:
    values[FROM:, 2] *= 5.0


def born_slow(values: Floats) -> None:
    values[:, 2] *= 5.0
    values[:FROM, 2] = np.nan


def drifts(values: Floats) -> None:
    values[FROM:, 2] *= np.linspace(1.0, 5.0, TICKS - FROM)


def with_gaps(values: Floats) -> None:
    slow(values)
    values[::3, 2] = np.nan


def beside_others(values: Floats) -> None:
    slow(values)
    values[FROM + 5 :, 0] *= 1.4


@pytest.mark.parametrize("story", [slow, born_slow, drifts, with_gaps, beside_others])
def test_one_unlike_the_others_is_named(story: Callable[[Floats], None]) -> None:
    values = alike()
    story(values)
    found = anomalous(values)
    assert set(np.flatnonzero(found.any(axis=0)).tolist()) == {2}
    assert not found[:FROM].any()
    assert found[-30:, 2].mean() > 0.5


def always_different(values: Floats) -> None:
    values *= np.array([1.0, 1.5, 0.5, 8.0, 1.0, 3.0])


def all_slow(values: Floats) -> None:
    values[FROM:] *= 6.0


def two_kinds(values: Floats) -> None:
    values[FROM:, :2] *= 5.0


def roles_move(values: Floats) -> None:
    values[:, 0] *= 5.0
    values[FROM:, [0, 1]] = values[FROM:, [1, 0]]


def spikes(values: Floats) -> None:
    values[FROM::20, 2] *= 9.0


def a_newcomer_that_starts_slowly(values: Floats) -> None:
    values[FROM:, 2] *= 1.0 + 6.0 * np.exp(-np.arange(TICKS - FROM) / 2.0)
    values[:FROM, 2] = np.nan


def faster(values: Floats) -> None:
    values[FROM:, 2] *= 0.1


def a_little(values: Floats) -> None:
    values[FROM:, 2] *= 1.3


def too_few(values: Floats) -> None:
    values[:, 3:] = np.nan
    slow(values)


def replaced(values: Floats) -> None:
    """A deployment: the one half goes as the other, which is slower at first and by a quarter in the end, comes."""
    for place in range(3):
        values[FROM + place :, place] = np.nan
        values[: FROM + place, 3 + place] = np.nan
    values[:, 3:] *= 1.25
    values[FROM : FROM + 4, 3:] *= 5.0


@pytest.mark.parametrize(
    "story",
    [
        *(always_different, all_slow, two_kinds, roles_move, spikes, a_newcomer_that_starts_slowly),
        *(faster, a_little, too_few, replaced),
    ],
)
def test_what_is_normal_in_a_group_is_not_named(story: Callable[[Floats], None]) -> None:
    values = alike()
    story(values)
    assert not anomalous(values).any()


@pytest.mark.parametrize(
    ("bad", "factor", "found"), [("up", 5.0, True), ("down", 5.0, False), ("down", 0.02, True), ("both", 0.02, True)]
)
def test_only_what_harms_is_named(bad: Bad, factor: float, found: bool) -> None:
    values = alike()
    values[FROM:, 2] *= factor
    traits = Traits(bad, 0.0, minimum=0.02, relative=1.0, every=EVERY)
    assert anomalous(values, traits)[:, 2].any() == found


def test_it_says_what_the_others_have_and_when_it_is_over() -> None:
    values = alike()
    values[FROM : FROM + 60, 2] = 0.84
    values[:, 3] = np.nan
    ticks = told(values)
    during, after = ticks[FROM + 40], ticks[-1]
    assert during.score[2] > 0.5
    assert during.others[2] == 4
    assert during.theirs[2] == np.median(values[FROM + 40, [0, 1, 4, 5]])
    assert during.calm.tolist() == [True, True, False, False, True, True]
    assert after.calm[2]
    assert after.score[2] < 0.5


def test_what_lasts_for_hours_is_adopted() -> None:
    values = alike(ticks=FROM + 600)
    values[FROM:, 2] *= 5.0
    found = anomalous(values)
    assert found[FROM + 100 : FROM + 300, 2].all()
    assert not found[FROM + 450 :].any()


def test_groups_do_not_see_each_other() -> None:
    one, two = alike(seed=3), alike(seed=5) * 40.0
    slow(two)
    apart = [np.array([tick.anomalous for tick in told(each)]) for each in (one, two)]
    order = np.random.default_rng(1).permutation(12)
    groups = np.repeat([0.0, 1.0], 6)
    both = told(np.hstack([one, two])[:, order], groups=groups[order])
    assert apart[1].any()
    np.testing.assert_array_equal(np.array([tick.anomalous for tick in both]), np.hstack(apart)[:, order])


def test_a_restart_and_times_that_do_not_advance_change_nothing() -> None:
    values, times = alike(), clock(TICKS, EVERY).tolist()
    born_slow(values)
    whole, judge, groups = told(values), Siblings(LATENCY), np.zeros(6, dtype=np.intp)
    for tick, time in enumerate(times):
        if tick in {100, 230}:
            state = unpack(pack(judge.snapshot()))
            judge = Siblings(LATENCY)
            judge.restore(state)
        said = judge.update(time, keys_of(values), groups, values[tick])
        np.testing.assert_array_equal(said.score, whole[tick].score)
        assert not judge.update(time, keys_of(values), groups, 9.0 * values[tick]).anomalous.any()
    assert len(judge) == 6


def test_who_is_away_for_long_is_forgotten() -> None:
    judge, groups = Siblings(LATENCY), np.zeros(2, dtype=np.intp)
    judge.update(0.0, ["a", "b"], groups, np.array([1.0, 1.0]))
    judge.update(80_000.0, ["a", "b"], groups, np.array([1.0, np.nan]))
    assert len(judge) == 2
    judge.update(90_000.0, ["a", "c"], groups, np.array([1.0, 1.0]))
    judge.update(90_060.0, ["a", "c"], groups, np.array([1.0, 1.0]))
    assert len(judge) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"keys": None}, "lacks keys"),
        ({"keys": np.zeros(3, dtype=np.uint8)}, "no list of texts"),
        ({"time": np.zeros(2)}, "do not fit"),
        ({"habit": np.zeros(7)}, "do not fit"),
        ({"habit": None}, "holds"),
    ],
)
def test_a_damaged_snapshot_is_refused(change: dict[str, Floats | None], words: str) -> None:
    judge = Siblings(LATENCY)
    judge.update(0.0, ["a", "b"], np.zeros(2, dtype=np.intp), np.array([1.0, 1.0]))
    state = {name: array for name, array in {**judge.snapshot(), **change}.items() if array is not None}
    with pytest.raises(ValueError, match=words):
        Siblings(LATENCY).restore(state)


WILD = some.one_of(some.floats(), some.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1e308, -1e308]))


@settings(max_examples=60)
@given(some.lists(some.lists(WILD, min_size=5, max_size=5), min_size=1, max_size=40), some.sampled_from([0.0, 0.5]))
def test_no_value_breaks_it(rows: list[list[float]], minimum: float) -> None:
    """Whatever comes, what is said and what is remembered are finite."""
    traits = Traits("both", minimum=minimum, every=EVERY)
    judge, groups = Siblings(traits), np.array([0, 0, 0, 0, 1])
    for tick, row in enumerate(rows):
        said = judge.update(EVERY * tick, list("abcde"), groups, np.array(row))
        assert np.isfinite(said.score).all()
        assert ((said.score >= 0.0) & (said.score <= 1.0)).all()
        assert not (said.anomalous & said.calm).any()
    state = judge.snapshot()
    assert all(np.isfinite(state[name]).all() for name in state if name != "last")
