"""The recent course of one series with its baseline band: what charts show and verification reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain.samples import Query, Series

BUCKETS = 120
"""A picture keeps the lowest and the highest point of each of so many equal parts of a course."""


@dataclass(frozen=True, slots=True)
class Point:
    """One sample beside its baseline; `at` in epoch seconds, the rest in the query's unit; None where unknown."""

    at: float
    value: float | None
    expected: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A series' course, oldest point first."""

    series: str
    service: str
    query: str
    title: str
    unit: str
    points: tuple[Point, ...] = field(default=())

    @property
    def last(self) -> Point | None:
        """The newest point that has a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def chart_of(query: Query, series: Series, points: Iterable[Point]) -> Chart:
    """The chart of one series of a query."""
    return Chart(series.key, series.service, query.name, query.title, query.unit, tuple(points))


def load_of(charts: Iterable[Chart], service: str) -> float:
    """How many times its normal traffic a service gets now; 1 when not known."""
    for chart in charts:
        point = chart.last
        if chart.service != service or chart.query != "http_request_rate" or point is None:
            continue
        if point.value is not None and point.expected:
            return point.value / point.expected
    return 1.0


def thin(points: Sequence[Point], buckets: int = BUCKETS) -> list[Point]:
    """At most two points a bucket, so that a long course stays small and yet no peak or dip is lost."""
    if len(points) <= 2 * buckets:
        return list(points)
    kept: list[Point] = []
    for bucket in range(buckets):
        share = points[bucket * len(points) // buckets : (bucket + 1) * len(points) // buckets]
        known = [point for point in share if point.value is not None]
        if not known:
            kept.append(share[0])
            continue
        ends = {min(known, key=_value).at, max(known, key=_value).at}
        kept += [point for point in known if point.at in ends]
    return kept


def _value(point: Point) -> float:
    return point.value or 0.0
