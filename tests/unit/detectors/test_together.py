import numpy as np
import pytest

from detectors.bank import Bank
from detectors.model import Floats, Traits
from tests.unit.detectors.streams import clock, keys_of

EVERY = 300.0


def evidence(values: Floats, every: float = EVERY) -> Floats:
    """[tick, series], NaN while learning."""
    bank = Bank(Traits(every=every), ["together"])
    found = bank.replay(clock(len(values), every), keys_of(values), values)["together"]
    assert not found.anomalous.any()
    return np.where(np.isnan(found.expected), np.nan, found.score)


def rhythm(ticks: int = 3000, series: int = 4, seed: int = 3) -> Floats:
    """A daily rhythm with some noise, a sample in five minutes."""
    day = np.sin(2 * np.pi * np.arange(ticks) / 288)[:, np.newaxis]
    return 10.0 + 3.0 * day + 0.1 * np.random.default_rng(seed).standard_normal((ticks, series))


@pytest.mark.parametrize(("start", "step"), [(2000, 8.0), (2000, -8.0), (2088, 2.0)], ids=["up", "down", "inside"])
def test_a_step_gives_evidence_also_inside_the_rhythm(start: int, step: float) -> None:
    values = rhythm()
    assert np.nansum(evidence(values)[1500:]) < 1.0
    values[start:, 0] += step
    found = evidence(values)
    assert found[start : start + 12, 0].max() > 0.15
    assert found[start : start + 12, 1:].max() < 0.05


def test_what_lasts_becomes_normal() -> None:
    values = rhythm()
    values[2000:, 0] += 8.0
    assert evidence(values)[2300:, 0].max() < 0.05


def test_nothing_is_said_while_learning_and_little_on_the_first_days() -> None:
    values = rhythm(800)
    values[450:460] += 50.0
    found = evidence(values, every=60.0)
    assert np.isnan(found[:300]).all()
    assert np.isfinite(found[300:]).all()
    assert 0.0 < found[450].min() <= found[450].max() <= 0.15


@pytest.mark.parametrize(("day", "least", "most"), [(2, 0.05, 0.15), (5, 0.2, 0.4), (9, 0.6, 1.0)])
def test_the_same_step_is_more_evidence_after_a_week(day: int, least: float, most: float) -> None:
    values = rhythm()
    values[288 * day :, 0] += 40.0
    assert least < evidence(values)[288 * day : 288 * day + 12, 0].max() <= most


def test_gaps_are_not_judged_and_teach_nothing() -> None:
    values = rhythm()
    values[1000:1010, 0] = np.nan
    values[1500, 0] = 1e301
    found = evidence(values)
    assert np.isnan(found[1000:1010, 0]).all()
    assert np.isnan(found[1500, 0])
    assert np.isfinite(found[1010:1500]).all()


def test_ticks_cut_anyhow_and_a_restart_give_the_same() -> None:
    values, times = rhythm(1500), clock(1500, EVERY)
    values[1200:, 2] += 4.0
    whole = evidence(values)
    bank = Bank(Traits(every=EVERY), ["together"])
    for tick in range(1500):
        if tick == 700:
            fresh = Bank(Traits(every=EVERY), ["together"])
            fresh.from_bytes(bank.to_bytes())
            bank = fresh
        bank.update(float(times[tick]), keys_of(values), values[tick])
        np.testing.assert_array_equal(bank.scores("together", keys_of(values)), whole[tick])


def test_a_damaged_snapshot_is_refused() -> None:
    bank = Bank(Traits(every=EVERY), ["together"])
    bank.update(0.0, ["a"], np.array([1.0]))
    state = bank.snapshot()
    del state["together/ticks"]
    with pytest.raises(ValueError, match="lacks the ticks"):
        Bank(Traits(every=EVERY), ["together"]).restore(state)
