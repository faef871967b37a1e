from collections.abc import Sequence

import numpy as np
import pytest

from detectors.turns import MEMORY, Turns

ROW = np.array([0])
DAY = 86400.0


def after(course: Sequence[float], step: float = 900.0) -> tuple[Turns, float]:
    """Turns after a series with so much left at each step, and the time then."""
    turns = Turns()
    turns.resize(1)
    for tick, (before, room) in enumerate(zip([course[0], *course], course, strict=False)):
        turns.note(ROW, DAY + tick * step, np.array([room]), np.array([before]), np.array([5.0]))
    return turns, DAY + len(course) * step


UP = [60.0, 50.0, 40.0, 30.0, 20.0]
GENTLE = [20.0, 23.0, 26.0, 29.0, 32.0]


@pytest.mark.parametrize(
    ("course", "room", "usual"),
    [
        (UP, 20.0, False),  # it never turned
        ([*UP, *GENTLE], 20.0, True),
        ([*UP, *GENTLE], 10.0, True),
        ([*UP, *GENTLE], 9.9, False),  # half of what was left then
        ([*UP, 23.0, 21.0, 20.0], 20.0, False),  # too little to be a turn
        ([*UP, *UP], 20.0, False),  # once and suddenly: somebody cleaned up
        ([*UP, *UP, *UP], 20.0, True),  # a saw
        ([20.0, 23.0, 26.0, 29.0], 20.0, True),  # it was there when it was first seen
        ([8.0, 6.0, 4.0, 3.5, 4.0, 4.7, 5.4], 3.0, True),  # little is left: a turn by half of it counts
    ],
)
def test_where_it_was_before(course: Sequence[float], room: float, usual: bool) -> None:
    turns, now = after(course)
    assert turns.usual(ROW, now, np.array([room])).tolist() == [usual]


def test_tops_are_forgotten() -> None:
    turns, now = after([*UP, *GENTLE])
    assert turns.usual(ROW, now + MEMORY - DAY, np.array([20.0]))[0]
    assert not turns.usual(ROW, now + MEMORY, np.array([20.0]))[0]


def test_small_tops_do_not_push_out_high_ones() -> None:
    low = [60.0, 55.0, 50.0, 53.0, 56.0, 60.0]
    turns, now = after([*UP, *GENTLE, *(low * 9)])
    assert turns.usual(ROW, now, np.array([12.0]))[0]
