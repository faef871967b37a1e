from dataclasses import fields

import numpy as np
import pytest

from detectors.level import WARM_UP, Level
from detectors.model import Bad, Floats, Scores, Traits
from tests.unit.detectors.streams import START, calm, clock, episodes, flags, node

DEMO = Traits(bad="up", every=1.0)


def scored(values: Floats, traits: Traits) -> list[Scores]:
    detector = Level(traits)
    detector.resize(values.shape[1])
    whole = detector.update(clock(len(values), traits.every), values)
    columns = (getattr(whole, column.name) for column in fields(Scores))
    return [Scores(*tick) for tick in zip(*columns, strict=True)]


@pytest.mark.parametrize("factor", [1.5, 3.0, 50.0])
@pytest.mark.parametrize(("every", "ticks"), [(1.0, 25), (1.0, 300), (15.0, 25), (15.0, 400)])
def test_a_step_is_found_at_once_and_stays_for_an_hour(factor: float, every: float, ticks: int) -> None:
    hour = min(int(3600 / every), 300)
    values = calm(ticks + hour, 20)
    values[ticks:] *= factor
    found = flags(values, Traits(bad="up", every=every))
    assert not found[:ticks].any()
    assert found[ticks].mean() >= 0.9
    assert found[ticks:].mean() >= 0.98


@pytest.mark.parametrize(
    ("bad", "factor", "expected"),
    [
        ("up", 2.0, True),
        ("up", 0.2, False),
        ("down", 0.2, True),
        ("down", 2.0, False),
        ("both", 2.0, True),
        ("both", 0.2, True),
    ],
)
def test_only_the_harmful_side_counts(bad: Bad, factor: float, expected: bool) -> None:
    values = calm(80)
    values[60:] *= factor
    found = flags(values, Traits(bad=bad, every=1.0))
    assert found[60:].all() == expected
    assert found.any() == expected


@pytest.mark.parametrize("rate", [0.003, 0.01, 0.03])
def test_a_leak_is_found_and_stays_found(rate: float) -> None:
    ticks = 30
    values = calm(ticks + 500, 20, noise=0.01)
    values[ticks:] *= (1.0 + rate * np.arange(500))[:, np.newaxis]
    found = flags(values, DEMO)
    first = found.argmax(axis=0)
    assert found.any(axis=0).all()
    assert (values[first, np.arange(20)] < 200).all()  # long before it doubles
    assert np.mean([found[at:, series].mean() for series, at in enumerate(first)]) >= 0.9  # it flickers at first
    assert found[-250:].all()


def test_a_fault_is_adopted_in_the_end_and_a_new_one_is_found_again() -> None:
    traits = Traits(bad="up", every=60.0)
    values = calm(600)
    values[100:] *= 3.0
    values[500:] *= 3.0
    found = flags(values, traits)[:, 0]
    assert found[100:160].all()
    assert not found[300:500].any()
    assert found[500:560].all()


def test_a_lasting_drop_is_adopted_sooner_when_it_does_no_harm() -> None:
    values = calm(300)
    values[100:] *= 0.2
    values[200:] *= 2.0  # twice the new level, far below the old one
    assert flags(values, Traits(bad="up", every=60.0))[200:, 0].all()


def test_a_constant_series_needs_the_practical_size() -> None:
    values = np.full((100, 3), 50.0)
    values[60:, 0] += 4.0  # below relative
    values[60:, 1] += 7.0  # above relative, below minimum
    values[60:, 2] += 12.0
    found = flags(values, Traits(minimum=10.0, relative=0.1))
    assert found[60:].all(axis=0).tolist() == [False, False, True]
    assert not found[:, :2].any()


def test_nothing_fires_and_no_band_is_shown_before_the_warm_up() -> None:
    values = calm(40)
    values[5] *= 10
    scores = scored(values, DEMO)
    assert not any(one.anomalous.any() or one.score.any() for one in scores[:WARM_UP])
    assert all(np.isnan(one.expected).all() for one in scores[:WARM_UP])
    assert np.isfinite(scores[WARM_UP].high).all()


def test_the_band_is_wider_while_little_is_known() -> None:
    scores = scored(calm(400, 20, noise=0.1), DEMO)
    widths = [float(np.mean(scores[tick].high - scores[tick].expected)) for tick in (WARM_UP, 399)]
    assert 1.5 < widths[0] / widths[1] < 2.5
    assert 45.0 < widths[1] < 60.0  # five times ten, and a little


def test_a_wild_first_sample_is_soon_forgotten() -> None:
    values = calm(60)
    values[0] *= 20
    values[40:] *= 3
    assert flags(values, DEMO)[40:].all()


def test_one_wild_sample_does_not_blind() -> None:
    values = calm(400)
    values[200] *= 1000
    values[300:] *= 3
    found = flags(values, DEMO)[:, 0]
    assert found[200]
    assert not found[201:300].any()
    assert found[300:].all()


def test_heavy_tails_do_not_become_signals() -> None:
    rng = np.random.default_rng(3)
    values = 100.0 + 5.0 * rng.standard_t(2, size=(1000, 20))
    assert len(episodes(flags(values, Traits(every=15.0)))) <= 2


def test_a_week_of_nodes_with_a_backup_every_night() -> None:
    every, series = 120.0, 20
    fired = np.array(episodes(flags(node(7, series, every), Traits(every=every, floor=0.0, minimum=5.0))))
    day = 86400 / every
    assert (fired < day).sum() >= series  # the first night is news
    assert (fired >= day).sum() <= 0.15 * 6 * series


def test_a_daily_rhythm_alone_opens_nothing() -> None:
    assert episodes(flags(node(2, 20, 120.0, backup=False), Traits(every=120.0, minimum=5.0))) == []


def test_a_fault_that_comes_back_the_same_hour_is_told_again() -> None:
    values = calm(400)
    values[100:130] *= 3
    values[160:190] *= 3
    found = flags(values, Traits(bad="up", every=30.0))[:, 0]
    assert found[100:130].all()
    assert found[160:190].all()


def test_score_and_band_say_the_same_as_the_decision() -> None:
    values = calm(200, 5)
    values[100:, :3] *= 2.0
    traits = Traits(bad="both", every=1.0, floor=0.0, ceiling=150.0)
    for value, one in zip(values[WARM_UP:], scored(values, traits)[WARM_UP:], strict=True):
        assert ((one.score >= 0) & (one.score <= 1)).all()
        assert (one.anomalous == (one.score > 0.5)).all()
        assert (one.anomalous[value < 150] == ((value < one.low) | (value > one.high))[value < 150]).all()
        assert (one.high <= 150.0).all()


def test_a_missing_sample_changes_nothing() -> None:
    values = calm(100)
    holes = np.insert(values, [50, 50, 70], [[np.nan], [np.inf], [-np.inf]], axis=0)
    whole, patchy = scored(values, DEMO), scored(holes, DEMO)
    kept = [one for one, row in zip(patchy, holes, strict=True) if np.isfinite(row).all()]
    assert [one.score.tolist() for one in whole] == [one.score.tolist() for one in kept]
    hole = patchy[50]
    assert (hole.score.tolist(), hole.anomalous.tolist()) == ([0.0], [False])
    assert np.isnan(hole.expected).all()


def test_after_a_long_gap_the_baseline_starts_afresh() -> None:
    detector = Level(DEMO)
    detector.resize(1)
    for tick in range(100):
        detector.update(np.array([START + tick]), np.array([[100.0 + tick % 2]]))
    late = detector.update(np.array([START + 8000]), np.array([[500.0]]))
    assert not late.anomalous.any()
    assert np.isnan(late.expected).all()


def test_huge_values_stay_finite() -> None:
    values = np.tile([[1e299], [-1e299]], (50, 1))
    assert all(np.isfinite(one.score).all() for one in scored(values, Traits()))


def test_another_detectors_snapshot_is_refused() -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Level(DEMO).restore({"mean": np.zeros(3)})


def test_a_week_with_a_deployment_without_effect_and_counter_resets_opens_nothing() -> None:
    """As rates see them: a few ticks without a sample, then one that is a little lower."""
    values = node(7, 20, 60.0, backup=False)
    day = 1440
    values[3 * day + 600 : 3 * day + 604] = np.nan  # all restart for a new version
    values[3 * day + 604] *= 0.9
    for place, tick in enumerate(range(day, 7 * day, 1999)):
        values[tick, place] = np.nan  # a counter begins anew
    assert episodes(flags(values, Traits(every=60.0, floor=0.0, minimum=5.0))) == []
