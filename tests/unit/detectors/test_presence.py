from collections.abc import Sequence

import numpy as np
import pytest

from detectors.bank import Bank
from detectors.model import Traits, Verdict
from detectors.presence import MISSED, REGULAR
from tests.unit.detectors.streams import START

NAN = float("nan")


def ticks(detector: str, values: Sequence[float | None]) -> list[Verdict]:
    """One series "a" (None: not even its key comes) beside a series "b" that always comes."""
    bank = Bank(Traits(every=1.0), [detector])
    return [
        bank.update(
            START + tick, ["b"] if value is None else ["b", "a"], np.array([1.0] if value is None else [1.0, value])
        )
        for tick, value in enumerate(values)
    ]


def anomalous(verdicts: Sequence[Verdict]) -> list[bool]:
    return [any(one.key == "a" for one in verdict.anomalies) for verdict in verdicts]


def test_up_that_falls_is_anomalous_at_once_and_clears_when_it_rises() -> None:
    assert anomalous(ticks("presence", [1, 0, 0, 1])) == [False, True, True, False]


def test_what_never_was_up_is_not_down() -> None:
    assert anomalous(ticks("presence", [0, 0, 0, 1, 0])) == [False, False, False, False, True]


def test_values_say_nothing_to_silence() -> None:
    assert not any(anomalous(ticks("silence", [1.0] * 20 + [0.0] * 20)))


@pytest.mark.parametrize("detector", ["presence", "silence"])
@pytest.mark.parametrize("missing", [None, NAN, float("inf")])
def test_a_regular_series_that_stops_is_silent_until_it_comes(detector: str, missing: float | None) -> None:
    verdicts = ticks(detector, [1.0] * REGULAR + [missing] * (MISSED + 2) + [1.0])
    assert anomalous(verdicts) == [False] * (REGULAR + MISSED - 1) + [True] * 3 + [False]
    assert ["a" in verdict.seen for verdict in verdicts] == [True] * REGULAR + [False] * (MISSED + 2) + [True]
    silent = verdicts[REGULAR + MISSED].anomalies[0]
    assert np.isnan(silent.value)
    assert silent.score > 0.5


def test_a_series_with_holes_is_not_expected_every_tick() -> None:
    assert not any(anomalous(ticks("silence", ([1.0] * (REGULAR - 1) + [None]) * 4 + [None] * 10)))


def test_silent_score_is_half_at_the_limit() -> None:
    verdicts = ticks("silence", [1.0] * REGULAR + [None] * MISSED)
    assert verdicts[-1].anomalies[0].score == 0.5


def test_the_band_of_up_is_one() -> None:
    bank = Bank(Traits(every=1.0), ["presence"])
    bank.update(START, ["a", "b"], np.array([1.0, 0.0]))
    assert bank.bands(["a", "b"]) == {"a": (1.0, 1.0, 1.0)}
