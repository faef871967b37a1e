"""From domain values to what the API answers. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from actions.model import describe
from bot.domain.charts import Chart, Point
from bot.domain.dossier import Dossier
from bot.domain.execution import WORDS, Outcome
from bot.domain.incident import Incident
from bot.domain.pack import sentence
from bot.domain.proposals import Proposal
from bot.domain.signals import Signal
from bot.web.views import (
    ActionView,
    ChartView,
    Detail,
    MarkView,
    OutcomeView,
    PartView,
    PointView,
    ProposalView,
    SignalView,
    Summary,
    moment,
)

BUCKETS = 120
"""A chart keeps the lowest and the highest point of each of so many equal parts of its course."""


def parts(troubles: Mapping[str, str], notes: Mapping[str, str]) -> tuple[PartView, ...]:
    """The parts of the health board, by name. A note does not make a part unwell."""
    return tuple(
        PartView(name=name, up=not trouble, trouble=trouble, note=notes.get(name, ""))
        for name, trouble in sorted(troubles.items())
    )


def summary(one: Incident, proposals: Iterable[Proposal]) -> Summary:
    """An incident in the list; `proposals` may be those of other incidents too."""
    return Summary.model_validate(_head(one, proposals))


def detail(dossier: Dossier, charts: Sequence[Chart]) -> Detail:
    """An incident with all that is known of it."""
    one = dossier.incident
    outcomes = tuple(_outcome(outcome) for outcome in dossier.outcomes)
    return Detail.model_validate(
        _head(one, dossier.proposals)
        | {
            "signals": [_signal(signal) for signal in _ordered(one)],
            "evidence": one.evidence,
            "suspects": one.suspects,
            "diagnosis": one.diagnosis,
            "proposals": [_proposal(proposal) for proposal in dossier.proposals],
            "executions": dossier.executions,
            "outcome": outcomes[-1] if outcomes else None,
            "outcomes": outcomes,
            "timeline": dossier.events,
            "charts": _charts(one, charts),
            "marks": marks(dossier),
        }
    )


def marks(dossier: Dossier) -> tuple[MarkView, ...]:
    """What charts should show beside the values, oldest first."""
    one = dossier.incident
    actions = {proposal.id: proposal.plan.action for proposal in dossier.proposals}
    found: list[tuple[float, str, str]] = [(one.onset, "onset", "onset")]
    found += [(piece.at, "deployment", piece.text) for piece in one.evidence if piece.kind == "deployment"]
    found += [
        (done.started_at, "action", describe(actions[done.proposal_id]))
        for done in dossier.executions
        if done.started_at is not None and done.proposal_id in actions
    ]
    if one.resolved_at is not None:
        found.append((one.resolved_at, "resolved", "resolved"))
    return tuple(MarkView.model_validate({"at": at, "kind": kind, "text": text}) for at, kind, text in sorted(found))


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


def _head(one: Incident, proposals: Iterable[Proposal]) -> dict[str, object]:
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
    }


def _ordered(one: Incident) -> list[Signal]:
    """Firing ones first, then in order of their onset."""
    return sorted(one.signals.values(), key=lambda signal: (not signal.firing, signal.onset, -signal.score))


def _signal(signal: Signal) -> SignalView:
    return SignalView.model_validate(signal).model_copy(update={"text": sentence(signal)})


def _proposal(one: Proposal) -> ProposalView:
    """Without the target's options: they are the actuator's own and no business of the page."""
    action = one.plan.action
    return ProposalView(
        id=one.id,
        digest=one.digest,
        state=one.state,
        action=ActionView(
            text=describe(action),
            verb=action.verb,
            service=action.target.service,
            target=action.target.kind,
            replicas=action.replicas,
            revision=action.revision,
        ),
        changes=one.plan.changes,
        reason=one.reason,
        risk=one.risk,
        prior=one.prior,
        reach=one.reach,
        undoable=one.plan.inverse is not None,
        created_at=moment(one.created_at),
        expires_at=moment(one.expires_at),
        approvals=one.approvals,
        decided_by=one.decided_by,
        decided_at=moment(one.decided_at),
    )


def _outcome(one: Outcome) -> OutcomeView:
    values = {name: getattr(one, name) for name in OutcomeView.model_fields if name != "text"}
    return OutcomeView.model_validate(values | {"text": WORDS[one.result]})


def _charts(one: Incident, charts: Sequence[Chart]) -> list[ChartView]:
    """The charts that signals are about first, in order of their onset; then those of the same services."""
    order = {signal.series: place for place, signal in reversed(list(enumerate(_ordered(one))))}
    services = {service: place for place, service in enumerate(one.services)}
    firing = {signal.series for signal in one.signals.values() if signal.firing}

    def rank(chart: Chart) -> tuple[int, int, str]:
        return order.get(chart.series, len(order)), services.get(chart.service, len(services)), chart.series

    return [_chart(chart, chart.series in firing) for chart in sorted(charts, key=rank)]


def _chart(chart: Chart, firing: bool) -> ChartView:
    points = tuple(
        PointView(
            t=round(point.at, 3),
            value=_short(point.value),
            expected=_short(point.expected),
            low=_short(point.low),
            high=_short(point.high),
        )
        for point in thin(chart.points)
    )
    return ChartView(
        series=chart.series,
        service=chart.service,
        query=chart.query,
        title=chart.title,
        unit=chart.unit,
        firing=firing,
        points=points,
    )
