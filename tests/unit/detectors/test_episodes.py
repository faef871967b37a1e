from itertools import pairwise

import numpy as np
import pytest

from detectors import episodes
from detectors.columns import Columns
from detectors.episodes import HOLD, news
from detectors.model import Floats


def told(evidence: Floats, cuts: tuple[int, ...] = ()) -> Floats:
    state = Columns(**episodes.blank())
    state.resize(evidence.shape[1])
    edges = [0, *cuts, len(evidence)]
    return np.concatenate([news(state, evidence[a:b], a) for a, b in pairwise(edges)])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({5: 0.4}, {5: 0.4}, id="first crossing"),
        pytest.param({5: 0.4, 6: 0.4, 50: 0.5}, {5: 0.4}, id="the same episode"),
        pytest.param({5: 0.2, 6: 0.25, 7: 0.4, 9: 0.5, 10: 0.7}, {5: 0.2, 7: 0.4, 10: 0.7}, id="much worse"),
        pytest.param({5: 0.4, 5 + HOLD: 0.3}, {5: 0.4, 5 + HOLD: 0.3}, id="armed again"),
        pytest.param({5: 0.4, 4 + HOLD: 0.4, 5 + HOLD: 0.3}, {5: 0.4, 5 + HOLD: 0.3}, id="repeats do not hold off"),
        pytest.param({5: 0.02}, {}, id="too weak"),
    ],
)
def test_hygiene(given: dict[int, float], expected: dict[int, float]) -> None:
    evidence = np.zeros((300, 1))
    for tick, strength in given.items():
        evidence[tick] = strength
    found = told(evidence)[:, 0]
    assert {tick: float(found[tick]) for tick in np.flatnonzero(found).tolist()} == expected


@pytest.mark.parametrize("cuts", [(1,), (99, 100, 101), tuple(range(1, 1000))])
def test_the_same_however_it_is_cut(cuts: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    evidence = np.maximum(rng.uniform(-20.0, 1.0, (1000, 3)), 0.0)
    np.testing.assert_array_equal(told(evidence), told(evidence, cuts))
    np.testing.assert_array_equal(told(evidence)[:, 1], told(evidence[:, 1:2])[:, 0])
