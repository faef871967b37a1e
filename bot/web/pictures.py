"""Before and after an action as a picture: which series, over which time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.charts import Chart, Point
from bot.domain.execution import Execution, Measure, Outcome

LEAST = 60.0
"""Seconds before the action that are always shown."""

FAR = 3.0
"""The onset is shown too, unless it is more than so many times further away than the verdict."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: a measure's series from before the action until after its verdict, epoch seconds."""

    measure: Measure
    acted: float
    judged: float
    until: float
    points: tuple[Point, ...]


def picture(outcome: Outcome, done: Execution, onset: float, charts: Mapping[str, Chart]) -> Picture | None:
    """The picture of the first series that was seen before and after; else of the first that was seen at all.

    Args:
        outcome: with its measures, the leading one first.
        done: the execution that it is about.
        onset: of the incident.
        charts: of the incident, by series.
    """
    finished = outcome.at - outcome.took
    acted = finished if done.started_at is None else min(done.started_at, finished)
    span = max(outcome.at - acted, LEAST)
    from_ = acted - span
    if acted - onset < FAR * span:
        from_ = min(from_, onset - span / 4)
    until = outcome.at + span / 4
    found = [
        Picture(measure, acted, outcome.at, until, _within(charts[measure.series].points, from_, until))
        for measure in outcome.measures
        if measure.series in charts
    ]
    drawn = [one for one in found if any(point.value is not None for point in one.points)]
    whole = [one for one in drawn if one.points[0].at < acted < one.points[-1].at]
    return next(iter([*whole, *drawn]), None)


def _within(points: Sequence[Point], from_: float, until: float) -> tuple[Point, ...]:
    return tuple(point for point in points if from_ <= point.at <= until)
