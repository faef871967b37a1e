import numpy as np
import pytest

from detectors.model import Traits
from detectors.registry import DETECTORS, build


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_every_name_builds_a_detector_that_keeps_the_contract(name: str) -> None:
    detector, other = build(name, Traits(full=5.0)), build(name, Traits(full=5.0))
    rng = np.random.default_rng(1)
    detector.resize(4)
    for tick in range(60):
        values = rng.uniform(0.0, 1.0, 4)
        values[tick % 4] = np.nan
        scores = detector.update(np.array([tick * 15.0]), values[np.newaxis])
        for column in (scores.score, scores.expected, scores.low, scores.high):
            assert column.shape == (1, 4)
        assert ((scores.score >= 0.0) & (scores.score <= 1.0)).all()
        assert scores.anomalous.dtype == np.bool_
    other.restore(detector.snapshot())
    for tick in range(60, 70):
        values = rng.uniform(0.0, 5.0, 4)
        one, two = (each.update(np.array([tick * 15.0]), values[np.newaxis]) for each in (detector, other))
        np.testing.assert_array_equal(one.score, two.score)
        np.testing.assert_array_equal(one.high, two.high)
    detector.reset(np.array([2]))
    fresh = build(name, Traits(full=5.0))
    fresh.resize(1)
    again = detector.update(np.array([2000.0]), np.array([[np.nan, np.nan, 1.0]]))
    assert again.score[0, 2] == fresh.update(np.array([2000.0]), np.array([[1.0]])).score[0, 0]


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"no detector 'levle'; did you mean level\?"):
        build("levle", Traits())


def test_a_name_far_from_all_gets_all() -> None:
    with pytest.raises(ValueError, match="level or novelty or presence or ratio or silence"):
        build("zzz", Traits())
