from collections.abc import Callable

import numpy as np
import pytest

from detectors.bank import Bank
from detectors.model import Floats, Traits
from tests.unit.detectors.streams import clock, keys_of, node

EVERY = 300.0
DAY = 288


def scores(values: Floats, every: float = EVERY) -> Floats:
    """[tick, series] of a fresh bank."""
    bank = Bank(Traits(every=every), ["novelty"])
    found = bank.replay(clock(len(values), every), keys_of(values), values)["novelty"]
    np.testing.assert_array_equal(found.anomalous, found.score >= 0.5)
    return found.score


def noise(ticks: int, series: int = 20, seed: int = 5) -> Floats:
    return np.random.default_rng(seed).standard_normal((ticks, series))


def first(found: Floats, start: int, ticks: int = 48) -> float:
    """The share of series with an anomaly in the ticks after `start`."""
    return float((found[start : start + ticks] >= 0.5).any(axis=0).mean())


def spike(values: Floats) -> None:
    values[2000] += 12.0


def shift(values: Floats) -> None:
    values[2000:] += 6.0


def drop(values: Floats) -> None:
    values[2000:] -= 6.0


def louder(values: Floats) -> None:
    values[2000:] *= 4.0


def denser(values: Floats) -> None:
    """Spikes that always were there, ten times as often."""
    values[::40] += 9.0
    values[2000::4] += 9.0


def stands(values: Floats) -> None:
    values[2000:] = values[2000]


@pytest.mark.parametrize("trouble", [spike, shift, drop, louder, denser, stands])
def test_trouble_is_told_once_and_soon(trouble: Callable[[Floats], None]) -> None:
    values = noise(2300)
    trouble(values)
    found = scores(values)
    assert first(found, 2000) >= 0.9
    assert (found[2048:2090] >= 0.5).sum() <= 2


def test_an_hour_that_is_not_like_its_hour_is_told_though_it_is_in_the_range() -> None:
    ticks = np.arange(14 * DAY)[:, np.newaxis]
    values = 10.0 * np.sin(2 * np.pi * ticks / DAY) + noise(len(ticks))
    values[10 * DAY + 60 : 10 * DAY + 90] = noise(30)  # the peak is missing
    assert first(scores(values), 10 * DAY + 60) >= 0.9


@pytest.mark.parametrize("heavy", [False, True])
def test_ordinary_noise_gives_about_one_in_two_thousand(heavy: bool) -> None:
    values = noise(10_000, 40)
    found = scores(np.exp(values) if heavy else values)
    assert (found[:300] == 0.0).all()
    assert 2.0 <= (found >= 0.5).sum() / (40 * 9_700) * 1e4 <= 10.0
    assert (found >= 0.6).sum() < 0.6 * (found >= 0.5).sum()


@pytest.mark.parametrize("backup", [False, True])
def test_a_node_is_told_of_less_than_twice_a_week(backup: bool) -> None:
    found = scores(node(28, 20, EVERY, backup))
    assert (found >= 0.5).sum() / (20 * 4) < 2.0


@pytest.mark.parametrize("every", [1.0, 15.0, 300.0, 3600.0, 86400.0])
def test_a_prefix_gives_the_scores_of_the_whole_to_the_last_bit(every: float) -> None:
    values = noise(1500, 2).cumsum(axis=0)
    values[1200:] += 80.0
    whole = scores(values, every)
    for end in (301, 777, 1200, 1201, 1202):
        np.testing.assert_array_equal(scores(values[:end], every), whole[:end])


def test_the_scale_and_the_place_of_a_series_do_not_matter() -> None:
    values = noise(3000, 10)
    values[2000] += 12.0
    np.testing.assert_allclose(scores(values), scores(1024.0 * values), rtol=0.0, atol=0.0)
    np.testing.assert_allclose(scores(values), scores(values + 1e4), atol=1e-6)


def test_what_is_no_number_teaches_nothing_and_a_counter_that_restarts_stays_finite() -> None:
    values = noise(3000, 4)
    rng = np.random.default_rng(6)
    for bad in (np.nan, np.inf, -np.inf, 1e305):
        values[rng.integers(400, 2900, 30), rng.integers(0, 4, 30)] = bad
    values[1000:1400, 1] = np.nan
    values[:, 2] = np.arange(3000.0) % 1700  # a counter with a reset
    bank = Bank(Traits(every=EVERY), ["novelty"])
    found = bank.replay(clock(3000, EVERY), keys_of(values), values)["novelty"].score
    assert np.isfinite(found).all()
    assert (found[~np.isfinite(values)] == 0.0).all()
    for key in keys_of(values):
        expected, low, high = bank.bands([key])[key]
        assert low <= high
        assert np.isfinite([expected, low, high]).all()
        assert np.abs([expected, low, high]).max() < 2000.0


def test_a_snapshot_goes_on_as_if_nothing_had_happened() -> None:
    values = noise(2000, 3)
    values[1500:] += 9.0
    times, keys = clock(2000, EVERY), keys_of(values)
    bank, other = (Bank(Traits(every=EVERY), ["novelty"]) for _ in range(2))
    whole = bank.replay(times, keys, values)["novelty"].score
    first_half = other.replay(times[:1111], keys, values[:1111])["novelty"].score
    again = Bank(Traits(every=EVERY), ["novelty"])
    again.from_bytes(other.to_bytes())
    second_half = again.replay(times[1111:], keys, values[1111:])["novelty"].score
    np.testing.assert_array_equal(whole, np.concatenate([first_half, second_half]))


def test_a_series_has_a_bounded_state() -> None:
    bank = Bank(Traits(every=EVERY), ["novelty"])
    bank.replay(clock(2, EVERY), keys_of(noise(1, 1024)), noise(2, 1024))
    held = sum(array.nbytes for name, array in bank.snapshot().items() if name.startswith("novelty/"))
    assert held / 1024 < 1600
