"""A course of points as the API answers it: no more of them than a picture can show. Pure."""

from collections.abc import Sequence

from bot.domain.charts import Point
from bot.web.action_views import PointView

BUCKETS = 120
"""A chart keeps the lowest and the highest point of each of so many equal parts of its course."""


def told(points: Sequence[Point]) -> tuple[PointView, ...]:
    """The course, thinned, in as many digits as a picture can show."""
    return tuple(
        PointView(
            t=round(point.at, 3),
            value=_short(point.value),
            expected=_short(point.expected),
            low=_short(point.low),
            high=_short(point.high),
        )
        for point in thin(points)
    )


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


def _short(value: float | None) -> float | None:
    """Six digits say all that a picture can show."""
    return None if value is None else float(f"{value:.6g}")


def _value(point: Point) -> float:
    return point.value or 0.0
