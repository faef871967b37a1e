"""The picture of an incident for chat: its leading series over the time that matters, and what happened. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import pairwise

from bot.domain.charts import Chart, Point, thin
from bot.domain.dossier import Dossier
from bot.domain.incident import Incident
from bot.domain.labels import telling
from bot.domain.marks import Mark, happened
from bot.domain.signals import Signal
from bot.domain.words import amount, clock_time, inert, until_time

BEFORE = 600.0
"""Seconds before the onset that are always shown, where they are known."""

AFTER = 300.0
"""Seconds after the end that are always shown, where they are known."""

ROOM = 60.0
"""Seconds before a deployment, and after the last mark."""

SOON = 180.0
"""Seconds after the last point within which a mark is still shown."""

NEAR = 1 / 60
"""Marks of one kind that are closer than this share of the picture are one."""

SOON_OVER = 1 / 10
"""An end that is within this share of the picture after the recovery need not be said."""

HOLE = 1 / 50
"""A step wider than this share of the picture, and than three times its neighbours, is a hole in the course."""

MOST_MARKS = 7
LARGEST = 1e30
"""Beyond it a value is a fault of whoever reported it, and would flatten all others."""

MOST_ALT = 500


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw.

    reading: the values to remember, in words.
    from_, until: the time that the picture spans, epoch seconds; from_ < until.
    points: oldest first, with None where nothing is known; at least one has a value.
    marks: oldest first, all within the span.
    alt: all of it in words, for those who do not see the picture.
    """

    title: str
    reading: str
    unit: str
    from_: float
    until: float
    points: tuple[Point, ...]
    marks: tuple[Mark, ...]
    zone: tzinfo
    alt: str


def picture(dossier: Dossier, charts: Sequence[Chart], zone: tzinfo) -> Picture | None:
    """The picture of the series that leads; None when no signal has a course.

    Args:
        dossier: the incident.
        charts: all that are kept of it.
        zone: of the people who look.
    """
    known = [replace(chart, points=tuple(_sane(point) for point in chart.points)) for chart in charts]
    found = _leading(dossier.incident, known)
    if found is None:
        return None
    signal, chart = found
    marks = happened(dossier)
    from_, until = _window(dossier.incident, chart.points, marks)
    course = _broken(thin([point for point in chart.points if from_ <= point.at <= until]), until - from_)
    if all(point.value is None for point in course):
        return None
    shown = _few([mark for mark in marks if from_ <= mark.at <= until], until - from_)
    label = telling({one.series: (one.service, one.title) for one in charts})[chart.series]
    title = inert(f"{chart.service}: {chart.title}" + (f", {label}" if label else ""))
    reading = _reading(signal, chart, zone)
    alt = _alt([f"{title}: {reading}", *(f"{clock_time(mark.at, zone)} {mark.text}" for mark in shown)])
    return Picture(title, reading, chart.unit, from_, until, tuple(course), shown, zone, alt)


def _sane(point: Point) -> Point:
    """The point without what cannot be drawn; most are fine as they are."""
    values = (point.value, point.expected, point.low, point.high)
    if all(value is None or abs(value) <= LARGEST for value in values):
        return point
    return Point(point.at, *(value if value is not None and abs(value) <= LARGEST else None for value in values))


def _leading(one: Incident, charts: Sequence[Chart]) -> tuple[Signal, Chart] | None:
    """The strongest signal that fires, else the strongest that did, of those that have a course."""
    drawn = {chart.series: chart for chart in charts if chart.last is not None}
    ranked = sorted(one.signals.values(), key=lambda signal: (not signal.firing, -signal.score, signal.onset))
    return next(((signal, drawn[signal.series]) for signal in ranked if signal.series in drawn), None)


def _window(one: Incident, points: Sequence[Point], marks: Sequence[Mark]) -> tuple[float, float]:
    """From a while before the onset and what was deployed, to the last point or a while after the end."""
    first, last = points[0].at, points[-1].at
    length = max((last if one.resolved_at is None else one.resolved_at) - one.onset, 0.0)
    deployed = [mark.at - ROOM for mark in marks if mark.kind == "deployment"]
    from_ = max(first, min([one.onset - max(BEFORE, length / 3), *deployed]))
    until = last if one.resolved_at is None else min(last, one.resolved_at + max(AFTER, length / 4))
    until = max([until, *(mark.at for mark in marks if mark.at <= until + SOON)])
    return from_, max(until, from_ + ROOM)


def _broken(points: Sequence[Point], span: float) -> list[Point]:
    """The course with a point that knows nothing in each hole, so that no line is drawn over it.

    The usual step is no measure: after an incident's first hour fewer points are kept.
    """
    steps = [0.0, *(after.at - before.at for before, after in pairwise(points)), 0.0]
    found: list[Point] = []
    for place, point in enumerate(points):
        if steps[place] > max(HOLE * span, 3 * steps[place - 1], 3 * steps[place + 1]):
            found.append(Point(point.at - steps[place] / 2, None, None, None, None))
        found.append(point)
    return found


def _few(marks: Sequence[Mark], span: float) -> tuple[Mark, ...]:
    """The marks, those of one kind at nearly one moment as one; of too many the onset and the latest."""
    recovered = [mark.at for mark in marks if mark.kind == "recovered"]
    kept: list[list[Mark]] = []
    for mark in marks:
        if mark.kind == "resolved" and any(mark.at - at <= SOON_OVER * span for at in recovered):
            continue
        group = next((one for one in kept if one[0].kind == mark.kind and mark.at - one[0].at <= NEAR * span), None)
        if group is None:
            kept.append([mark])
        else:
            group.append(mark)
    told = [_as_one(group) for group in kept]
    return (*(mark for mark in told[:-MOST_MARKS] if mark.kind == "onset"), *told[-MOST_MARKS:])


def _as_one(group: Sequence[Mark]) -> Mark:
    first, more = group[0], len(group) - 1
    return replace(first, label=f"{first.label} and {more} more") if more else first


def _reading(signal: Signal, chart: Chart, zone: tzinfo) -> str:
    """`34% at 14:03, worst 41%, normally 0%`. The time is said because a picture may be looked at much later."""
    last = chart.last
    assert last is not None
    assert last.value is not None
    words = [f"{amount(last.value, chart.unit)} at {until_time(last.at, zone)}"]
    normal = signal.expected or 0.0
    if abs(signal.peak - normal) > abs(last.value - normal) and chart.unit != "bool":
        words.append(f"worst {amount(signal.peak, chart.unit)}")
    if signal.expected is not None:
        words.append(f"normally {amount(signal.expected, chart.unit)}")
    return ", ".join(words)


def _alt(sentences: Sequence[str]) -> str:
    text = inert(". ".join(sentences))
    return text if len(text) < MOST_ALT else f"{text[: MOST_ALT - 2]}…"
