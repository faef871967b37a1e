import numpy as np
import pytest

from detectors.model import Traits
from tests.unit.detectors.streams import episodes, flags

ERRORS = Traits(every=1.0, minimum=0.05)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0.0, 0.3, True),
        (0.0, 0.06, True),
        (0.0, 0.04, False),  # below the minimum
        (0.01, 0.1, True),
        (0.2, 0.3, False),  # it did not double
        (0.2, 0.5, True),
        (0.7, 0.9, True),  # most of what was good is lost
        (0.3, 0.0, False),  # better
    ],
)
@pytest.mark.parametrize("ticks", [25, 400])
def test_a_ratio_must_rise_clearly(before: float, after: float, expected: bool, ticks: int) -> None:
    values = np.concatenate([np.full((ticks, 1), before), np.full((60, 1), after)])
    found = flags(values, ERRORS)
    assert not found[:ticks].any()
    found = flags(values, ERRORS, "ratio")
    assert not found[:ticks].any()
    assert found[ticks:].all() == expected
    assert found.any() == expected


def test_rare_failures_of_a_small_service_open_nothing() -> None:
    rng = np.random.default_rng(4)
    values = rng.binomial(20, 0.01, size=(1000, 20)) / 20
    assert len(episodes(flags(values, Traits(every=15.0, minimum=0.05), "ratio"))) <= 1


def test_failing_for_hours_never_becomes_normal() -> None:
    traits = Traits(every=60.0, minimum=0.05)
    values = np.concatenate([np.zeros((60, 1)), np.full((600, 1), 0.2)])  # ten hours
    assert flags(values, traits, "ratio")[60:].all()
    assert not flags(values, traits)[-60:].any()  # another kind of level does in the end


def test_nobody_gets_used_to_blips() -> None:
    values = np.zeros((600, 1))
    values[100:500:20] = 1.0  # one failing tick, again and again
    values[550:] = 0.5
    assert flags(values, ERRORS, "ratio")[550:].all()


def test_values_outside_are_taken_as_the_nearer_end() -> None:
    values = np.full((100, 1), -0.3)
    values[60:] = 7.0
    found = flags(values, ERRORS, "ratio")
    assert found[60:].all()
    assert not found[:60].any()
