"""Courses as the API answers them."""

from bot.web import points
from tests import builders as make


def test_points_are_told_in_six_digits() -> None:
    assert [one.value for one in points.told(make.points([0.19300000369548798, None]))] == [0.193, None]
