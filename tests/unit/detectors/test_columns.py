import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.columns import Columns, spread
from detectors.model import Scores


def test_new_and_reset_rows_are_blank() -> None:
    columns = Columns(mean=np.nan, table=np.arange(3.0))
    columns.resize(2)
    columns["mean"][:] = 5.0
    columns["table"][:] = 9.0
    columns.resize(4)
    columns.resize(1)  # never gives room back
    columns.reset(np.array([0]))
    np.testing.assert_array_equal(columns["mean"], [np.nan, 5.0, np.nan, np.nan])
    np.testing.assert_array_equal(columns["table"][:, [0, 1, 3]].T, [[0, 1, 2], [9, 9, 9], [0, 1, 2]])


def test_a_snapshot_is_a_copy() -> None:
    columns = Columns(mean=0.0)
    columns.resize(2)
    kept = columns.snapshot()
    columns["mean"][:] = 1.0
    assert kept["mean"].tolist() == [0.0, 0.0]
    columns.restore(kept)
    columns["mean"][:] = 2.0
    assert kept["mean"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "arrays",
    [
        {"mean": np.zeros(2)},
        {"mean": np.zeros(2), "table": np.zeros((3, 2)), "more": np.zeros(2)},
        {"mean": np.zeros(2), "table": np.zeros((3, 3))},
        {"mean": np.zeros(2), "table": np.zeros((4, 2))},
        {"mean": np.zeros(2, dtype=np.int64), "table": np.zeros((3, 2))},
        {"mean": np.array(0.0), "table": np.zeros((3, 2))},
    ],
)
def test_what_does_not_fit_is_refused(arrays: dict[str, NDArray[np.generic]]) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Columns(mean=0.0, table=np.zeros(3)).restore(arrays)


def test_spread_fills_rows_without_a_sample() -> None:
    one = np.array([0.9])
    wide = spread(Scores(one, np.array([True]), one, one, one), np.array([False, True]))
    assert wide.score.tolist() == [0.0, 0.9]
    assert wide.anomalous.tolist() == [False, True]
    np.testing.assert_array_equal(wide.high, [np.nan, 0.9])
