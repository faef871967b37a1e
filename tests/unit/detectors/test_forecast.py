from collections.abc import Callable, Mapping
from dataclasses import fields

import numpy as np
import pytest

from detectors.forecast import Forecast, left
from detectors.model import Flags, Floats, Scores, Traits
from tests.unit.detectors.streams import clock

HOUR, DAY = 3600.0, 86400.0
EVERY = 450.0
DISK = Traits("up", 0.0, 100.0, minimum=5.0, relative=0.05, every=EVERY, full=100.0)
CERTIFICATE = Traits("down", 0.0, minimum=DAY, every=EVERY, full=0.0, ahead=14 * DAY)

Shape = Callable[[Floats], Floats]
"""From hours to percent."""


def told(values: Floats, traits: Traits = DISK) -> Scores:
    """What a fresh detector says of [tick, series]."""
    detector = Forecast(traits)
    detector.resize(values.shape[1])
    return detector.update(clock(len(values), traits.every), values)


def hours(days: float) -> Floats:
    return np.arange(0.0, days * 24.0, EVERY / HOUR)


def percent(shape: Shape, days: float, noise: float = 0.2, seed: int = 1) -> Floats:
    """[tick, 1] the shape with a little noise, as a disk could show it."""
    at = hours(days)
    return np.clip(shape(at) + noise * np.random.default_rng(seed).standard_normal(len(at)), 0.0, 100.0)[:, np.newaxis]


def ramp(begin: float, low: float, pace: float, high: float = 200.0) -> Shape:
    return lambda at: np.clip(low + pace * (at - begin), low, high)


def saw(low: float, high: float, period: float) -> Shape:
    return lambda at: low + (high - low) * (at % period) / period


def day(level: float, swing: float, phase: float = 6.0) -> Shape:
    return lambda at: level + swing * np.sin(2 * np.pi * (at - phase) / 24.0)


@pytest.mark.parametrize(
    ("shape", "full_at", "notice"),
    [
        (ramp(30, 40, 15), 34.0, 1.5),
        (ramp(30, 40, 6), 40.0, 4.0),
        (ramp(30, 40, 2), 60.0, 12.0),
        (ramp(30, 40, 1), 90.0, 20.0),
        (ramp(30, 70, 0.25), 150.0, 18.0),
        (ramp(0, 40, 20), 3.0, 1.0),  # on the first day
        (ramp(-50, 40, 0.5), 70.0, 20.0),  # from before it was first seen
        (lambda at: day(50, 10)(at) + ramp(30, 0, 1.5)(at), 62.0, 4.0),  # on top of a daily rhythm
        (lambda at: np.where(at < 40, ramp(30, 40, 5.6)(at), ramp(40, 40, 4)(at)), 55.0, 3.0),  # cleaned at 96
    ],
)
def test_what_fills_up_is_told_in_time_and_until_it_is_full(shape: Shape, full_at: float, notice: float) -> None:
    anomalous = told(percent(shape, full_at / 24)).anomalous[:, 0]
    near = hours(full_at / 24) >= full_at - notice
    assert anomalous[near].mean() >= 0.97
    assert not anomalous[hours(full_at / 24) < full_at - 26.0].any()


QUIET: dict[str, Shape] = {
    "flat": lambda at: 0 * at + 70.0,
    "flat and nearly full": lambda at: 0 * at + 97.0,
    "slow growth": ramp(0, 40, 0.1),
    "daily rhythm": day(60, 20),
    "strong daily rhythm": day(55, 40, 0.0),
    "daily rhythm that begins at its low": day(60, 15, 18.0),
    "short working week": lambda at: 50 + np.where(at // 24 % 7 < 5, 35, 8) * np.clip(day(0, 1)(at), 0, 1),
    "a copy of half an hour": ramp(50.3, 40, 80, high=80),
    "a copy of an hour on the first day": ramp(8.1, 40, 25, high=65),
    "a jump": lambda at: np.where(at < 77, 40.0, 93.0),
    "a cache that fills within hours": lambda at: 90 - 60 * np.exp(-at / 3.0),
    "a cache that fills within a day": lambda at: 88 - 60 * np.exp(-np.maximum(at - 30, 0) / 10.0),
    "memory that plateaus": lambda at: np.where(at < 26, 30.0, 92 - 62 * np.exp(-(np.maximum(at, 26) - 26) / 24)),
    "rotation every hour": saw(40, 90, 1.0),
    "rotation once a week": saw(40, 80, 168.0),
    "collection every few minutes": saw(30, 85, 0.2),
    "a nightly dump": lambda at: 50 + np.where((at + 22) % 24 < 1, 30 * ((at + 22) % 24), 0.0),
    "it empties": lambda at: 90 - 0.3 * at,
}

SAWS: dict[str, Shape] = {f"rotation every {period} h": saw(35, 92, period) for period in (3, 8, 24)}
DAYS = 10.0


@pytest.fixture(scope="module")
def quiet() -> Mapping[str, Flags]:
    """Where ten days of each quiet shape are told."""
    values = np.concatenate([percent(shape, DAYS) for shape in [*QUIET.values(), *SAWS.values()]], axis=1)
    return dict(zip([*QUIET, *SAWS], told(values).anomalous.T, strict=True))


@pytest.mark.parametrize("name", QUIET)
def test_what_fills_up_only_to_the_eye_is_not_told(quiet: Mapping[str, Flags], name: str) -> None:
    assert not quiet[name].any()


@pytest.mark.parametrize("name", SAWS)
def test_a_saw_is_told_at_its_first_teeth_alone(quiet: Mapping[str, Flags], name: str) -> None:
    """For nobody can know that it is one."""
    assert not quiet[name][hours(DAYS) > 3 * 24].any()


def test_series_that_wander_are_hardly_ever_told() -> None:
    """A week of 100 series that wander over hours, by a fifth of what is left on either side."""
    rng = np.random.default_rng(2)
    room = rng.uniform(10.0, 70.0, 100)
    noise = rng.standard_normal((len(hours(7)), 100))
    for tick in range(1, len(noise)):
        noise[tick] = 0.9 * noise[tick - 1] + 0.436 * noise[tick]
    anomalous = told(np.clip(100.0 - room * (1.0 + 0.2 * noise), 0.0, 100.0)).anomalous
    assert anomalous.any(axis=0).sum() <= 2


@pytest.mark.parametrize("lost", [0.0, 0.2])
def test_the_time_left_is_right_for_every_straight_line(lost: float) -> None:
    """Not too short, and at most a third too long, while the first quarter of the window is not yet all trend."""
    rng = np.random.default_rng(4)
    paces, lows = rng.uniform(2.0, 6.0, 40), rng.uniform(0.0, 60.0, 40)
    values = np.clip(lows + paces * (hours(3)[:, np.newaxis] - 24.0), lows, 99.0)
    values[rng.uniform(size=values.shape) < lost] = np.nan
    scores = told(values)
    said = scores.anomalous & (values < 99.0)
    rest = ((100.0 - values) / paces * HOUR)[said]
    guess = np.array([left(score, DISK.ahead) for score in scores.score[said].tolist()])
    assert said.any(axis=0).all()
    assert (guess >= rest * (1 - lost / 2) - 900.0).all()
    assert (guess <= rest * (4 / 3 + lost / 2) + 900.0).all()


def test_what_is_full_stays_told_until_there_is_room_again() -> None:
    shape: Shape = lambda at: np.where(at < 80, ramp(30, 40, 2, high=100)(at), 60.0)  # noqa: E731
    scores = told(percent(shape, 4, noise=0.0))
    at = hours(4)
    assert scores.anomalous[(at > 50) & (at < 80), 0].all()
    assert (scores.score[(at > 60.5) & (at < 80), 0] == 1.0).all()
    assert not scores.anomalous[at > 80.5, 0].any()


def test_a_trend_that_ends_is_told_no_longer_than_a_quarter_of_what_was_left() -> None:
    scores = told(percent(ramp(30, 40, 2, high=84), 4))  # ends after 22 hours, with 8 left
    at = hours(4)
    assert scores.anomalous[(at > 48) & (at < 52), 0].all()
    assert not scores.anomalous[at > 58, 0].any()


def test_a_certificate_is_told_two_weeks_before_and_not_after_its_renewal() -> None:
    at = hours(3) * HOUR
    values = np.where(at < 2 * DAY, 15 * DAY - at, 92 * DAY - at)[:, np.newaxis]
    scores = told(values, CERTIFICATE)
    wrong = scores.anomalous[:, 0] != ((at >= 1 * DAY) & (at < 2 * DAY))
    assert wrong.sum() <= 4
    sample = int(1.5 * DAY / EVERY)
    assert left(scores.score[sample, 0], CERTIFICATE.ahead) == pytest.approx(13.5 * DAY, rel=1e-3)


def test_a_certificate_is_told_as_soon_as_it_was_seen_for_some_time() -> None:
    scores = told((5 * DAY - hours(0.5) * HOUR)[:, np.newaxis], CERTIFICATE)
    assert scores.anomalous[hours(0.5) > 1.7, 0].all()


def test_nothing_is_said_without_a_limit_nor_before_an_hour_and_a_half() -> None:
    values = percent(ramp(0, 20, 30), 0.1)
    assert not told(values, Traits("up", every=EVERY)).score.any()
    assert not told(values).score[hours(0.1) < 1.5].any()


def test_score_and_decision_say_the_same_and_the_level_is_the_newest() -> None:
    scores = told(percent(ramp(30, 40, 1), 4))
    assert (scores.anomalous == (scores.score >= 0.5)).all()
    assert scores.expected[hours(4) == 50, 0] == pytest.approx(60.0, abs=0.5)


def test_a_prefix_and_a_snapshot_change_nothing() -> None:
    values = np.concatenate([percent(ramp(30, 40, 1), 4), percent(day(50, 20), 4)], axis=1)
    values[50:53] = np.nan
    times = clock(len(values), EVERY)
    whole = told(values)
    half = Forecast(DISK)
    half.resize(2)
    first = half.update(times[:350], values[:350])
    other = Forecast(DISK)
    other.restore(half.snapshot())
    second = other.update(times[350:], values[350:])
    for column in fields(Scores):
        both = np.concatenate([getattr(first, column.name), getattr(second, column.name)])
        np.testing.assert_array_equal(both, getattr(whole, column.name))


def test_another_detectors_snapshot_is_refused() -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Forecast(DISK).restore({"mean": np.zeros(3)})
    with pytest.raises(ValueError, match="snapshot"):
        Forecast(DISK).restore({"state.level": np.zeros(3)})
