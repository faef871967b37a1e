import numpy as np
import pytest

from detectors.bank import Bank
from detectors.model import Scores, Traits
from detectors.thresholds import beyond

NAN = np.full((1, 4), np.nan)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (1.0, [False, False, True, True]),
        (2.0, [False, False, False, True]),
        (0.7, [False, True, True, True]),
        (3.0, [False, False, False, True]),
    ],
)
def test_a_threshold_is_so_many_times_as_wide(factor: float, expected: list[bool]) -> None:
    score = np.array([[0.0, 0.45, 0.55, 0.9]])  # 0, 0.8, 1.2 and 9 times the limit
    scores = Scores(score, score >= 0.5, NAN, NAN, NAN)
    assert beyond(scores, np.arange(4), np.full(4, factor)).tolist() == expected


def test_rows_that_are_not_known_change_nothing() -> None:
    score = np.array([[np.nan, 0.6, 0.6, 0.6]])
    scores = Scores(score, score >= 0.5, NAN, NAN, NAN)
    assert beyond(scores, np.array([-1, 1, 9]), np.array([3.0, 3.0, 3.0])).tolist() == [False, False, True, True]


def test_a_bank_tells_less_of_what_people_called_no_problem() -> None:
    def told(factor: float) -> list[str]:
        bank = Bank(Traits(bad="up", minimum=1.0, every=15.0), ["level"])
        rng, keys = np.random.default_rng(1), ["a", "b"]
        for tick in range(200):
            bank.update(tick * 15.0, keys, 10.0 + rng.normal(0.0, 0.1, 2))
        moved = {"level": np.array([factor, 1.0])}
        return [one.key for one in bank.update(3000.0, keys, np.array([12.6, 12.6]), moved).anomalies]

    assert told(1.0) == ["a", "b"]
    assert told(3.0) == ["b"]
