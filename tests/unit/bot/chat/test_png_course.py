"""What is drawn of a course, and over which values."""

from datetime import UTC

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.chat.png_course import Course
from bot.chat.png_ink import BLUE, VERMILION
from bot.domain.charts import Point
from bot.domain.picture import Picture


def course(*points: tuple[float | None, float | None, float | None], unit: str = "count") -> Course:
    """Of values with their bands, a second apart."""
    given = tuple(Point(float(at), value, None, low, high) for at, (value, low, high) in enumerate(points))
    return Course(Picture("", "", unit, 0.0, 60.0, given, (), UTC, ""))


def drawn(one: Course, color: str, kind: str = "line") -> list[tuple[float, float]]:
    """What is seen in a colour: where its lines go through, or its dots are, as (time, value)."""
    axes: Axes = Figure().add_axes((0, 0, 1, 1))
    one.draw(axes)
    found = [line for line in axes.lines if line.get_color() == color and (line.get_marker() == "o") == (kind == "dot")]
    pairs = [pair for line in found for pair in np.column_stack([line.get_xdata(), line.get_ydata()]).tolist()]
    return [(at, value) for at, value in pairs if np.isfinite(value)]


@pytest.mark.parametrize(
    ("points", "limits"),
    [
        pytest.param([(8.0, None, None), (10.0, None, None)], (8.0, 10.0), id="near each other"),
        pytest.param([(1.0, None, None), (10.0, None, None)], (0.0, 10.0), id="from zero"),
        pytest.param([(1.0, 0.0, 40.0)], (0.0, 40.0), id="the band counts"),
        pytest.param([(1.0, -9.0, 8.0)], (0.0, 10.0), id="never below zero is never normal below"),
        pytest.param([(-1.0, -9.0, 8.0)], (-10.0, 10.0), id="below zero"),
    ],
)
def test_limits(points: list[tuple[float | None, float | None, float | None]], limits: tuple[float, float]) -> None:
    assert course(*points).limits == limits


def test_a_band_is_seen_where_both_edges_are_known() -> None:
    assert course((1.0, None, None), (1.0, 0.0, 2.0)).banded
    assert not course((1.0, None, 2.0), (1.0, 0.0, None)).banded


def test_the_line_outside_of_normal_begins_where_it_was_normal_last() -> None:
    one = course((1.0, 0.0, 2.0), (1.5, 0.0, 2.0), (5.0, 0.0, 2.0), (6.0, 0.0, 2.0), (1.0, 0.0, 2.0))
    assert drawn(one, VERMILION) == [(1.0, 1.5), (2.0, 5.0), (3.0, 6.0)]
    assert drawn(one, BLUE, "dot") == [(4.0, 1.0)]
    assert drawn(course((9.0, 0.0, 2.0), (-1.0, 0.0, 2.0)), VERMILION, "dot") == [(1.0, -1.0)]


def test_a_value_without_neighbours_is_a_dot() -> None:
    one = course((1.0, None, None), (None, None, None), (2.0, None, None), (3.0, None, None))
    assert drawn(one, BLUE, "dot") == [(0.0, 1.0), (3.0, 3.0)]
