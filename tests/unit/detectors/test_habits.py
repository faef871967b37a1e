import numpy as np
import pytest

from detectors.habits import Habits
from tests.unit.detectors.streams import START

ROW = np.arange(1)
HOUR = 3600.0


def after(hours: float, at: float = 2.0) -> float:
    """What is usual so many hours after START, for an excursion of 10 in the hour `at` of the first day."""
    habits = Habits()
    habits.resize(1)
    for minute in range(0, int(hours * 60), 10):
        time = START + minute * 60.0
        habits.note(ROW, time, np.array([10.0 if at <= minute / 60.0 < at + 1 else 0.0]))
    return float(habits.at(ROW, START + hours * HOUR)[0])


@pytest.mark.parametrize(
    ("hours", "usual"),
    [
        (3.0, False),  # still too fresh to be a habit
        (4.0, False),  # another hour
        (25.5, False),
        (25.9, True),  # nearly the hour, the next day
        (26.5, True),
        (27.1, True),
        (27.5, False),
        (98.5, True),  # four days later
    ],
)
def test_an_excursion_becomes_usual_at_its_hour(hours: float, usual: bool) -> None:
    assert (after(hours) > 0) == usual


def test_habits_fade() -> None:
    assert 14.0 < after(26.5) <= 15.0  # of one night alone it is not known how far the next goes
    assert 10.0 < after(26.5 + 24) < 15.0
    assert after(26.5 + 24 * 20) < 5.0
