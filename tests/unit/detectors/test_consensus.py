import numpy as np
import pytest

from detectors import consensus


def test_series_that_are_learning_are_not_counted() -> None:
    groups, evidence = np.array([0, 1, 1, 2]), np.array([0.5, np.nan, 0.25, np.nan])
    total, count = consensus.sums(groups, evidence, 3)
    assert total.tolist() == [0.5, 0.25, 0.0]
    assert count.tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("each", "out", "of", "enough"),
    [
        (0.1, 1, 1, False),
        (0.2, 1, 1, True),
        (0.2, 1, 19, False),
        (0.3, 1, 19, True),
        (0.02, 19, 19, True),
        (0.01, 19, 19, False),
        (1.0, 3, 1000, False),
        (1.0, 4, 1000, True),
    ],
)
def test_one_alone_must_be_far_out_and_of_many_a_share(each: float, out: int, of: int, enough: bool) -> None:
    assert (consensus.rate(each * out, of) >= consensus.LIMIT) == enough
    assert (consensus.score(each * out, of) >= 0.5) == enough
