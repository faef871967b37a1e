"""One chart as an SVG picture: the course of a series, its band before the onset, and the incident."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from bot.domain.charts import Chart, Point
from bot.domain.words import amount, inert

WIDTH, HEIGHT = 720, 200
LEFT, TOP, BOTTOM = 8, 28, 20


class _Scale:
    """From times and values to pixels."""

    def __init__(self, points: Sequence[Point]) -> None:
        values = [value for point in points for value in (point.value, point.low, point.high) if value is not None]
        self.low, self.high = min(values), max(values)
        self.first, self.last = points[0].at, points[-1].at

    def x(self, at: float) -> str:
        share = (at - self.first) / max(self.last - self.first, 1e-9)
        return f"{LEFT + (WIDTH - 2 * LEFT) * min(max(share, 0.0), 1.0):.1f}"

    def y(self, value: float) -> str:
        room = HEIGHT - TOP - BOTTOM
        width = self.high - self.low
        share = 0.5 if width <= 0 or not math.isfinite(width) else (value - self.low) / width
        return f"{TOP + room * (1.0 - share):.1f}"


def picture(chart: Chart, title: str, opened: float, closed: float | None) -> str:
    """The picture of a chart that has at least one value. Times are epoch seconds."""
    points = [point for point in chart.points if point.value is not None]
    scale = _Scale(points)
    end = scale.last if closed is None else closed
    ends = f"{amount(scale.low, chart.unit)} to {amount(scale.high, chart.unit)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _rest(scale, opened, end),
        _band(points, scale),
        f'<polyline fill="none" stroke="#1f4e79" stroke-width="1.2" points="{_line(points, scale)}"/>',
        f'<line x1="{scale.x(opened)}" x2="{scale.x(opened)}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#c0392b"/>',
        _text(LEFT, 18, f"{title} ({ends})", 13),
        _text(LEFT, HEIGHT - 6, _moment(scale.first), 11),
        _text(WIDTH - 140, HEIGHT - 6, _moment(scale.last), 11),
        "</svg>\n",
    ]
    return "\n".join(part for part in parts if part)


def _rest(scale: _Scale, opened: float, end: float) -> str:
    left, right = scale.x(opened), scale.x(end)
    width = f"{float(right) - float(left):.1f}"
    return f'<rect x="{left}" y="{TOP}" width="{width}" height="{HEIGHT - TOP - BOTTOM}" fill="#fbe3e0"/>'


def _band(points: Iterable[Point], scale: _Scale) -> str:
    known = [(point.at, point.low, point.high) for point in points if point.low is not None and point.high is not None]
    if not known:
        return ""
    edge = [f"{scale.x(at)},{scale.y(high)}" for at, _, high in known]
    edge += [f"{scale.x(at)},{scale.y(low)}" for at, low, _ in reversed(known)]
    return f'<polygon fill="#dfe9f3" points="{" ".join(edge)}"/>'


def _line(points: Iterable[Point], scale: _Scale) -> str:
    return " ".join(f"{scale.x(point.at)},{scale.y(point.value)}" for point in points if point.value is not None)


def _text(x: float, y: float, text: str, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="#333">{escape(inert(text))}</text>'


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
