"""From incidents to what the API answers of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC

from bot.domain.charts import Chart
from bot.domain.dossier import Dossier
from bot.domain.incident import Incident
from bot.domain.labels import telling
from bot.domain.marks import VERDICTS, happened
from bot.domain.pack import said, sentence
from bot.domain.proposals import Proposal
from bot.domain.render import Renderer
from bot.domain.signals import Signal
from bot.domain.silence import Silence
from bot.domain.timeline import Event
from bot.domain.unoffered import unoffered
from bot.web import points, present_actions, present_care, present_outcomes
from bot.web.views import ChartView, Detail, EventView, MarkView, PartView, SignalView, Summary

_RENDERER = Renderer(UTC)
"""Says how an event is meant, as in chat; the page writes times itself."""


def parts(troubles: Mapping[str, str], notes: Mapping[str, str]) -> tuple[PartView, ...]:
    """The parts of the health board, by name. A note does not make a part unwell."""
    return tuple(
        PartView(name=name, up=not trouble, trouble=trouble, note=notes.get(name, ""))
        for name, trouble in sorted(troubles.items())
    )


def summary(one: Incident, proposals: Iterable[Proposal], silences: Sequence[Silence] = ()) -> Summary:
    """An incident in the list; `proposals` and `silences` may be those of other incidents too."""
    return Summary.model_validate(_head(one, proposals, silences))


def detail(dossier: Dossier, charts: Sequence[Chart], silences: Sequence[Silence] = (), identity: str = "") -> Detail:
    """An incident with all that is known of it, for the person with this identity."""
    one, labels = dossier.incident, _labels(dossier, charts)
    outcomes = present_outcomes.outcomes(dossier, charts, labels)
    return Detail.model_validate(
        _head(one, dossier.proposals, silences)
        | present_care.detail(one, silences, identity)
        | {
            "signals": [_signal(signal, labels[signal.series]) for signal in _ordered(one)],
            "evidence": one.evidence,
            "suspects": one.suspects,
            "diagnosis": one.diagnosis,
            "proposals": present_actions.proposals(dossier),
            "unoffered": unoffered(dossier),
            "executions": dossier.executions,
            "outcome": outcomes[-1] if outcomes else None,
            "outcomes": outcomes,
            "timeline": [_event(event) for event in dossier.events],
            "charts": _charts(one, charts, labels),
            "marks": marks(dossier),
        }
    )


def marks(dossier: Dossier) -> tuple[MarkView, ...]:
    """What charts should show beside the values, oldest first; verdicts have a picture of their own."""
    return tuple(MarkView.model_validate(one) for one in happened(dossier) if one.kind not in VERDICTS)


def _head(one: Incident, proposals: Iterable[Proposal], silences: Sequence[Silence]) -> dict[str, object]:
    waiting = [proposal for proposal in proposals if proposal.incident_id == one.id and proposal.state == "pending"]
    return {
        "id": one.id,
        "version": one.version,
        "state": one.state,
        "severity": one.severity,
        "title": one.title,
        "services": one.services,
        "opened_at": one.opened_at,
        "onset": one.onset,
        "updated_at": one.updated_at,
        "resolved_at": one.resolved_at,
        "cause": one.diagnosis.summary if one.diagnosis else "",
        "pending": len(waiting),
        **present_care.head(one, silences),
    }


def _ordered(one: Incident) -> list[Signal]:
    """Firing ones first, then in order of their onset."""
    return sorted(one.signals.values(), key=lambda signal: (not signal.firing, signal.onset, -signal.score))


def _signal(signal: Signal, label: str) -> SignalView:
    example = said(signal) if signal.example else ""
    words = {"text": sentence(signal), "example": example, "label": label}
    return SignalView.model_validate(signal).model_copy(update=words)


def _event(event: Event) -> EventView:
    values = {name: getattr(event, name) for name in ("at", "kind", "text", "actor")}
    return EventView.model_validate(values | {"tone": _RENDERER.event(event).tone})


def _labels(dossier: Dossier, charts: Sequence[Chart]) -> dict[str, str]:
    """What tells series of one service and title from each other, over all that the answer names."""
    kinds = {signal.series: (signal.service, signal.title) for signal in dossier.incident.signals.values()}
    kinds |= {one.series: (one.service, one.title) for outcome in dossier.outcomes for one in outcome.measures}
    return telling(kinds | {chart.series: (chart.service, chart.title) for chart in charts})


def _charts(one: Incident, charts: Sequence[Chart], labels: Mapping[str, str]) -> list[ChartView]:
    """The charts that signals are about first, in order of their onset; then those of the same services."""
    order = {signal.series: place for place, signal in reversed(list(enumerate(_ordered(one))))}
    services = {service: place for place, service in enumerate(one.services)}
    firing = {signal.series for signal in one.signals.values() if signal.firing}

    def rank(chart: Chart) -> tuple[int, int, str]:
        return order.get(chart.series, len(order)), services.get(chart.service, len(services)), chart.series

    return [_chart(chart, chart.series in firing, labels[chart.series]) for chart in sorted(charts, key=rank)]


def _chart(chart: Chart, firing: bool, label: str) -> ChartView:
    return ChartView(
        series=chart.series,
        service=chart.service,
        query=chart.query,
        title=chart.title,
        label=label,
        unit=chart.unit,
        firing=firing,
        points=points.told(chart.points),
    )
