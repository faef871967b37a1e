"""Courses: as many points as a picture can show, and nothing that matters lost."""

from bot.domain.charts import Point
from bot.web import points
from tests import builders as make


def test_a_short_course_is_kept_as_it_is() -> None:
    course = make.points([0.1] * 20)
    assert points.thin(course, 10) == course


def test_a_long_course_keeps_its_peak_its_dip_and_its_order() -> None:
    values = make.wave(5000, 10.0)
    values[1234], values[4321] = 99.0, -5.0
    kept = points.thin(make.points(values, normal=10.0))
    assert len(kept) <= 2 * points.BUCKETS
    assert {99.0, -5.0} <= {point.value for point in kept}
    assert [point.at for point in kept] == sorted(point.at for point in kept)


def test_a_hole_in_a_long_course_stays_a_hole() -> None:
    course = [Point(float(place), None if place < 500 else 1.0, None, None, None) for place in range(1000)]
    kept = points.thin(course, 10)
    assert [point.value for point in kept[:5]] == [None] * 5
    assert kept[-1].value == 1.0


def test_points_are_told_in_six_digits() -> None:
    assert [one.value for one in points.told(make.points([0.19300000369548798, None]))] == [0.193, None]
