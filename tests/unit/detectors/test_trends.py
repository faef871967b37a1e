import numpy as np
import pytest

from detectors.trends import project

HOUR = 3600.0


def seconds(quarters: list[float], room: float, lag: float = 0.75 * HOUR, size: float = 5.0) -> float:
    """What a window of 6 hours says."""
    window = np.array(quarters)[np.newaxis, :, np.newaxis]
    answer = project(window, np.array([room]), np.array([lag]), np.array([6 * HOUR]), np.array([size]))
    return float(answer[0, 0])


@pytest.mark.parametrize(
    ("quarters", "room", "hours"),
    [
        ([28.0, 22.0, 16.0, 10.0], 7.0, 1.75),
        ([28.0, 22.0, 16.0, 11.0], 8.0, 2.4),  # at the slower of mean and last pace
        ([28.0, 25.0, 18.0, 10.0], 7.0, 1.75),
        ([3.0, 2.4, 1.8, 1.2], 0.9, 2.25),  # less than 5, but most of what is left
        ([19.0, 13.0, 7.0, 1.0], -2.0, 0.0),
    ],
)
def test_a_steady_trend_is_projected(quarters: list[float], room: float, hours: float) -> None:
    assert seconds(quarters, room) == pytest.approx(hours * HOUR)


@pytest.mark.parametrize(
    ("quarters", "room"),
    [
        ([80.0, 74.0, 68.0, 62.0], 59.0),  # further than it has lasted
        ([28.0, 28.0, 10.0, 10.0], 10.0),  # a jump
        ([28.0, 16.0, 10.0, 7.0], 6.0),  # it levels off
        ([28.0, 22.0, 16.0, 10.0], 9.5),  # it ended
        ([28.0, 22.0, 16.0, 10.0], 60.0),  # somebody cleaned up
        ([28.0, 10.0, 16.0, 4.0], 2.0),  # to and fro
        ([4.0, 10.0, 16.0, 22.0], 25.0),  # it empties
        ([9.0, 9.0, 9.0, 9.0], 9.0),
        ([13.0, 12.0, 11.0, 10.0], 9.5),  # too small to matter
        ([float("nan"), 22.0, 16.0, 10.0], 7.0),
        ([0.0, 0.0, 0.0, 0.0], 0.0),
    ],
)
def test_what_is_no_trend_to_rely_on(quarters: list[float], room: float) -> None:
    assert seconds(quarters, room) == np.inf


def test_a_clock_is_projected_without_limit() -> None:
    day = 86400.0
    left = [30 * day - quarter * 1.5 * HOUR for quarter in range(4)]
    assert seconds(left, left[-1] - 0.75 * HOUR, size=day) == pytest.approx(left[-1] - 0.75 * HOUR)
