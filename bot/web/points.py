"""A course of points as the API answers it: no more of them than a picture can show. Pure."""

from collections.abc import Sequence

from bot.domain.charts import Point, thin
from bot.web.action_views import PointView


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


def _short(value: float | None) -> float | None:
    """Six digits say all that a picture can show."""
    return None if value is None else float(f"{value:.6g}")
