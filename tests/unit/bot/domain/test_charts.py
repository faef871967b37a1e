import pytest

from bot.domain.charts import BUCKETS, Chart, Point, chart_of, load_of, thin
from bot.domain.samples import Query, Series
from detectors.model import Traits
from tests import builders


def requests(service: str = "payments", *values: float | None, normal: float | None = 20.0) -> Chart:
    course = tuple(Point(float(at), value, normal, None, None) for at, value in enumerate(values))
    return Chart(f"s/{service}", service, "http_request_rate", "requests", "per_second", course)


def test_a_chart_takes_its_words_from_the_query_and_its_place_from_the_series() -> None:
    query = Query("http_error_ratio", "errors", "ratio", Traits())
    chart = chart_of(query, Series("k", "payments"), iter(builders.points([0.1, 0.2])))
    assert (chart.series, chart.service, chart.query, chart.title, chart.unit) == (
        "k", "payments", "http_error_ratio", "errors", "ratio",
    )  # fmt: skip
    assert [point.value for point in chart.points] == [0.1, 0.2]


@pytest.mark.parametrize(
    ("values", "at"), [((1.0, 2.0), 1.0), ((1.0, None), 0.0), ((0.0, None, None), 0.0), ((None,), None), ((), None)]
)
def test_the_last_point_is_the_newest_with_a_value(values: tuple[float | None, ...], at: float | None) -> None:
    last = requests("payments", *values).last
    assert (last.at if last else None) == at


@pytest.mark.parametrize(
    ("charts", "load"),
    [
        ([requests("payments", 20.0, 60.0)], 3.0),
        ([requests("payments", 60.0, None)], 3.0),
        ([requests("payments", 0.0)], 0.0),
        ([requests("search", 60.0)], 1.0),
        ([requests("payments")], 1.0),
        ([requests("payments", 60.0, normal=None)], 1.0),
        ([requests("payments", 60.0, normal=0.0)], 1.0),
        ([builders.chart()], 1.0),
        ([requests("payments", 60.0, normal=None), requests("payments", 40.0)], 2.0),
        ([], 1.0),
    ],
)
def test_load_is_known_only_from_the_services_own_requests(charts: list[Chart], load: float) -> None:
    assert load_of(charts, "payments") == load


def test_a_short_course_is_kept_as_it_is() -> None:
    course = builders.points([0.1] * 20)
    assert thin(course, 10) == course


def test_a_long_course_keeps_its_peak_its_dip_and_its_order() -> None:
    values = builders.wave(5000, 10.0)
    values[1234], values[4321] = 99.0, -5.0
    kept = thin(builders.points(values, normal=10.0))
    assert len(kept) <= 2 * BUCKETS
    assert {99.0, -5.0} <= {point.value for point in kept}
    assert [point.at for point in kept] == sorted(point.at for point in kept)


def test_a_hole_in_a_long_course_stays_a_hole() -> None:
    course = [Point(float(place), None if place < 500 else 1.0, None, None, None) for place in range(1000)]
    kept = thin(course, 10)
    assert [point.value for point in kept[:5]] == [None] * 5
    assert kept[-1].value == 1.0
