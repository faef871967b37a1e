from dataclasses import replace

import numpy as np
import pytest

from detectors.bank import Bank
from detectors.model import Floats, Traits, Verdict
from tests.unit.detectors.streams import START, calm, keys_of, run

TRAITS = Traits(bad="up", every=1.0)
BOTH = ["level", "silence"]


def learned(ticks: int = 60, series: int = 3) -> Bank:
    bank = Bank(TRAITS, BOTH)
    run(bank, calm(ticks, series), 1.0)
    return bank


def fed(bank: Bank, values: Floats, tick: int) -> list[Verdict]:
    return run(bank, values, 1.0, START + tick)


def test_an_anomaly_says_what_when_and_how_far() -> None:
    bank = learned()
    verdict = bank.update(START + 60, ["s1", "s0"], np.array([500.0, 100.0]))
    (anomaly,) = verdict.anomalies
    assert (anomaly.key, anomaly.detector, anomaly.time, anomaly.value) == ("s1", "level", START + 60, 500.0)
    assert anomaly.low < anomaly.expected < anomaly.high < 500.0
    assert 95 < anomaly.expected < 105
    assert anomaly.score > 0.5
    assert sorted(verdict.seen) == ["s0", "s1"]


def test_an_anomaly_says_how_long_its_series_is_known_also_after_a_restart() -> None:
    bank = Bank(TRAITS, BOTH)
    values = calm(60, 3)
    values[:20, 1] = np.nan
    run(bank, values, 1.0)
    again = Bank(TRAITS, BOTH)
    again.restore(bank.snapshot())
    verdict = again.update(START + 60, keys_of(values), np.full(3, 500.0))
    assert {one.key: one.age for one in verdict.anomalies} == {"s0": 60.0, "s1": 40.0, "s2": 60.0}


def test_bands_are_those_of_the_last_tick_for_the_keys_asked() -> None:
    bank = learned()
    bank.update(START + 60, ["s0", "s1", "new"], np.array([100.0, np.nan, 1.0]))
    bands = bank.bands(["s0", "s1", "new", "nobody"])
    assert list(bands) == ["s0"]
    expected, low, high = bands["s0"]
    assert low < expected < high


def test_scores_are_those_of_the_last_tick_for_the_keys_asked() -> None:
    bank = learned()
    bank.update(START + 60, ["s0", "s1", "new"], np.array([150.0, np.nan, 1.0]))
    found = bank.scores("level", ["s0", "nobody", "s1", "new"])
    assert found[0] > 0.5
    assert np.isnan(found[1:]).all()
    assert np.isnan(bank.scores("presence", ["s0"])).all()


def test_a_prefix_gives_the_same_scores_as_the_whole() -> None:
    values = calm(300, 4)
    values[150:160, 1] *= 4
    values[200, 2] = np.nan
    whole = run(Bank(TRAITS, BOTH), values, 1.0)
    assert run(Bank(TRAITS, BOTH), values[:157], 1.0) == whole[:157]


@pytest.mark.parametrize("late", [0.0, -1.0, -1000.0, float("nan"), float("inf")])
def test_time_that_does_not_advance_changes_nothing(late: float) -> None:
    bank, other = learned(), learned()
    verdict = bank.update(START + 59 + late, keys_of(calm(1, 3)), np.array([1e6, np.nan, 5.0]))
    assert verdict == Verdict()
    after = calm(50, 3, seed=9)
    assert fed(bank, after, 60) == fed(other, after, 60)


def test_the_last_value_of_a_repeated_key_wins() -> None:
    bank = learned()
    assert not bank.update(START + 60, ["s0", "s0"], np.array([900.0, 100.0])).anomalies
    verdict = bank.update(START + 61, ["s0", "n", "s0", "n"], np.array([100.0, 1.0, 900.0, 2.0]))
    assert [(one.key, one.value) for one in verdict.anomalies] == [("s0", 900.0)]
    assert len(bank) == 4


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e305])
def test_no_numbers_teach_nothing(bad: float) -> None:
    bank, other = learned(), learned()
    verdict = bank.update(START + 60, ["s0", "s1", "s2", "never"], np.full(4, bad))
    other.update(START + 60, [], np.zeros(0))
    assert (verdict.anomalies, verdict.seen, len(bank)) == ([], [], 3)
    after = calm(50, 3, seed=9)
    assert fed(bank, after, 61) == fed(other, after, 61)


def test_growth_keeps_what_was_learned() -> None:
    bank, other = learned(), learned()
    bank.update(START + 60, [f"more{n}" for n in range(500)], np.ones(500))
    other.update(START + 60, [], np.zeros(0))
    after = calm(50, 3, seed=9)
    after[20:] *= 3
    ours, theirs = fed(bank, after, 61), fed(other, after, 61)
    known = [[one for one in verdict.anomalies if one.key.startswith("s")] for verdict in ours]
    assert known == [verdict.anomalies for verdict in theirs]
    assert all(known[20:])


def test_a_series_not_seen_is_silent_then_gone_and_its_row_is_reused() -> None:
    bank = Bank(TRAITS, BOTH, keep=30.0)
    run(bank, calm(60, 3), 1.0)
    verdicts = [bank.update(START + 60 + tick, ["s0", "s2"], np.array([100.0, 100.0])) for tick in range(40)]
    silent = [any(one.key == "s1" for one in verdict.anomalies) for verdict in verdicts]
    assert silent == [False] * 2 + [True] * 28 + [False] * 10
    assert [tick for tick, verdict in enumerate(verdicts) if verdict.gone] == [30]
    assert verdicts[30].gone == ["s1"]
    assert len(bank) == 2
    # The row goes to another series, which is judged as new.
    assert not bank.update(START + 100, ["other"], np.array([9000.0])).anomalies
    assert bank.bands(["other", "s1"]) == {}


def test_time_without_a_tick_makes_nobody_old() -> None:
    bank = Bank(TRAITS, BOTH, keep=30.0)
    run(bank, calm(60, 3), 1.0)
    assert bank.update(START + 5000, ["s0"], np.array([100.0])).gone == []
    assert len(bank) == 3


def test_restored_banks_say_the_same() -> None:
    values = calm(400, 5)
    values[300:, 0] *= 3
    values[310:, 3] = np.nan
    bank = Bank(TRAITS, BOTH, keep=50.0)
    run(bank, values[:305], 1.0)
    bank.update(START + 304.5, ['ünïcode/q{a="b"}'], np.array([1.0]))
    copy = Bank(TRAITS, BOTH, keep=50.0)
    copy.from_bytes(bank.to_bytes())
    assert len(copy) == len(bank) == 6
    ours, theirs = fed(bank, values[305:], 305), fed(copy, values[305:], 305)
    assert repr(ours) == repr(theirs)  # by text, as NaN is not equal to itself
    assert any(verdict.gone for verdict in ours)


@pytest.mark.parametrize(
    "other",
    [Bank(TRAITS, ["level"]), Bank(replace(TRAITS, bad="down"), BOTH), Bank(replace(TRAITS, minimum=3.0), BOTH)],
)
def test_a_snapshot_of_something_else_is_refused_and_leaves_the_state(other: Bank) -> None:
    bank = learned()
    run(other, calm(60, 3), 1.0)
    with pytest.raises(ValueError, match="other traits or other detectors"):
        bank.restore(other.snapshot())
    assert len(bank) == 3
    assert fed(bank, calm(5, 3), 60) == fed(learned(), calm(5, 3), 60)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("level/mean", None),
        ("unseen", None),
        ("unseen", np.zeros(1)),
        ("keys", np.frombuffer(b'["a", "a"]', np.uint8)),
        ("keys", np.frombuffer(b"{", np.uint8)),
        ("time", np.zeros(2)),
        ("level/extra", np.zeros(3)),
        ("keys", np.frombuffer(b"[1, 2, 3]", np.uint8)),
        ("keys", np.frombuffer(b"3", np.uint8)),
    ],
)
def test_a_damaged_snapshot_is_refused(name: str, array: np.ndarray | None) -> None:
    arrays = learned().snapshot()
    if array is None:
        del arrays[name]
    else:
        arrays[name] = array
    with pytest.raises(ValueError, match="snapshot"):
        Bank(TRAITS, BOTH).restore(arrays)


def test_keys_and_values_must_match() -> None:
    with pytest.raises(ValueError, match="2 keys"):
        Bank(TRAITS, BOTH).update(START, ["a", "b"], np.zeros(3))


def test_an_empty_bank_takes_an_empty_tick() -> None:
    bank = Bank(TRAITS, BOTH)
    assert bank.update(START, [], np.zeros(0)) == Verdict([], [], [])
    copy = Bank(TRAITS, BOTH)
    copy.from_bytes(bank.to_bytes())
    assert len(copy) == 0


def test_unknown_detectors_are_refused() -> None:
    with pytest.raises(ValueError, match="did you mean level"):
        Bank(TRAITS, ["levels"])


@pytest.mark.parametrize("detector", ["novelty", "level"])
@pytest.mark.parametrize("series", [1, 3, 7])
def test_a_replay_is_the_same_as_tick_by_tick(detector: str, series: int) -> None:
    rng = np.random.default_rng(series)
    values = calm(900, series)
    values[400:450, 0] *= 3.0
    values[600:, -1] *= 2.0
    values[rng.uniform(size=values.shape) < 0.003] = np.nan
    values[:5, -1] = np.nan  # comes later
    times = START + np.arange(900.0)
    times[[100, 101, 700]] -= 50.0  # do not advance
    live, back = (Bank(TRAITS, [detector, "silence"], keep=20.0) for _ in range(2))
    keys = keys_of(values)
    found = back.replay(times, keys, values)
    for tick, row in enumerate(values):
        verdict = live.update(times[tick], keys, row)
        told = {(one.key, one.detector): one.score for one in verdict.anomalies}
        for name, scores in found.items():
            assert {key for key, by in told if by == name} == {
                keys[place] for place in np.flatnonzero(scores.anomalous[tick]).tolist()
            }
            for place, key in enumerate(keys):
                assert told.get((key, name), scores.score[tick, place]) == scores.score[tick, place]
    one, two = live.snapshot(), back.snapshot()
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name], err_msg=name)


def test_a_replay_cut_in_parts_is_the_same() -> None:
    values, keys = calm(700, 2), keys_of(calm(1, 2))
    values[500, 1] = 300.0
    times = START + np.arange(700.0)
    whole = Bank(TRAITS, ["novelty"]).replay(times, keys, values)["novelty"].score
    bank = Bank(TRAITS, ["novelty"])
    parts = [bank.replay(times[a:b], keys, values[a:b])["novelty"].score for a, b in ((0, 1), (1, 450), (450, 700))]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


@pytest.mark.parametrize(("keys", "shape"), [(["a", "a"], (3, 2)), (["a"], (3, 2)), (["a", "b"], (2, 2))])
def test_a_replay_needs_a_value_a_tick_and_a_key(keys: list[str], shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="one value a tick and a key"):
        Bank(TRAITS, ["level"]).replay(START + np.arange(3.0), keys, np.zeros(shape))


def test_the_values_of_the_last_tick_and_the_course_to_it() -> None:
    bank = Bank(TRAITS, BOTH, keep=5.0, recent=3)
    for tick in range(4):
        bank.update(START + tick, ["a", "b"], np.array([tick, 10.0 + tick]))
    bank.update(START + 4, ["b"], np.array([14.0]))
    np.testing.assert_array_equal(bank.values(["b", "a", "nobody"]), [14.0, np.nan, np.nan])
    assert bank.course("a") == [(START + 2, 2.0), (START + 3, 3.0)]
    assert bank.course("b") == [(START + 2, 12.0), (START + 3, 13.0), (START + 4, 14.0)]
    assert bank.course("nobody") == []
    bank.remember(2)
    assert bank.course("b") == [(START + 3, 13.0), (START + 4, 14.0)]


def test_a_row_that_another_series_takes_has_no_course_of_the_first() -> None:
    bank = Bank(TRAITS, BOTH, keep=2.0, recent=9)
    bank.update(START, ["a", "b"], np.array([1.0, 2.0]))
    for tick in range(1, 3):
        bank.update(START + tick, ["b"], np.array([2.0]))
    verdict = bank.update(START + 3, ["b", "c"], np.array([2.0, 3.0]))
    assert verdict.gone == ["a"]
    assert "a" not in bank
    assert "c" in bank
    assert bank.course("c") == [(START + 3, 3.0)]
    assert len(bank.course("b")) == 4
