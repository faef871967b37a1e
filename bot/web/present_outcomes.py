"""From outcomes to what the API answers: before and after in numbers and as a picture. Pure."""

from collections.abc import Mapping, Sequence

from bot.domain.charts import Chart
from bot.domain.dossier import Dossier
from bot.domain.execution import WORDS, Measure, Outcome
from bot.web import points
from bot.web.action_views import MeasureView, OutcomeView, PictureView
from bot.web.pictures import Picture, picture

_MEASURE = ("series", "title", "service", "unit", "before", "after", "normal")


def outcomes(dossier: Dossier, charts: Sequence[Chart], labels: Mapping[str, str]) -> tuple[OutcomeView, ...]:
    """The verdicts in their order, each with its picture where a course was kept.

    Args:
        dossier: the incident.
        charts: all that are kept of it.
        labels: what tells a series from its like.
    """
    drawn, by_series = {}, {chart.series: chart for chart in charts}
    executions = {done.id: done for done in dossier.executions}
    for one in dossier.outcomes:
        done = executions.get(one.execution_id)
        drawn[one.execution_id] = picture(one, done, dossier.incident.onset, by_series) if done else None
    return tuple(_outcome(one, drawn[one.execution_id], labels) for one in dossier.outcomes)


def _outcome(one: Outcome, drawn: Picture | None, labels: Mapping[str, str]) -> OutcomeView:
    made = {"text", "measures", "picture"}
    values = {name: getattr(one, name) for name in OutcomeView.model_fields if name not in made}
    values["text"] = WORDS[one.result]
    values["measures"] = [MeasureView.model_validate(_measure(measure, labels)) for measure in one.measures]
    values["picture"] = None if drawn is None else _picture(drawn, labels)
    return OutcomeView.model_validate(values)


def _measure(one: Measure, labels: Mapping[str, str]) -> dict[str, object]:
    return {name: getattr(one, name) for name in _MEASURE} | {"label": labels.get(one.series, "")}


def _picture(one: Picture, labels: Mapping[str, str]) -> PictureView:
    moments = {"acted": one.acted, "judged": one.judged, "until": one.until}
    return PictureView.model_validate(_measure(one.measure, labels) | moments | {"points": points.told(one.points)})
