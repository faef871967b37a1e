"""The evidence pack of an incident: what signals, logs, deployments, targets and traffic say, as citable pieces."""

import re
from collections.abc import Iterable, Mapping, Sequence

from actions.model import Revision, State
from bot.domain.charts import Chart
from bot.domain.evidence import Evidence, number
from bot.domain.filling import Filling
from bot.domain.signals import Signal
from bot.domain.words import amount, duration, times

_WHEN = re.compile(r"^[\[(]?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?[\])]?[\s:|-]*")
"""A time at the beginning of a line, in one of the usual forms."""

DEPLOYMENT_WINDOW = 1800.0
"""Seconds before the onset in which a deployment is suspicious."""

GRACE = 30.0
"""Seconds after the measured onset in which a deployment still counts: clocks and scrapes are not exact."""

OVERLOAD = 1.5
"""Times the normal traffic from which on traffic bears on the cause."""


def gather(
    signals: Iterable[Signal],
    states: Mapping[str, State],
    charts: Sequence[Chart],
    onset: float,
    further: Iterable[Evidence] = (),
) -> tuple[Evidence, ...]:
    """All pieces, with those that were found elsewhere, numbered in order of time."""
    pieces = list(further)
    services = set()
    for signal in signals:
        services.add(signal.service)
        pieces.append(_of_signal(signal))
    for service, state in states.items():
        pieces += _of_deployments(service, state, onset)
        pieces += _of_state(service, state, onset)
    pieces += [piece for chart in charts if chart.service in services for piece in _of_traffic(chart)]
    return number(pieces)


def _of_signal(signal: Signal) -> Evidence:
    if signal.kind == "log":
        text = f"{signal.service} logs a new kind of error: {said(signal)}"
        return Evidence("", "log", signal.service, text, signal.onset, weight=0.8, subject=signal.key)
    return Evidence(
        "", "signal", signal.service, sentence(signal), signal.onset, weight=signal.score, subject=signal.key
    )


def said(signal: Signal) -> str:
    """The log line of a signal without what people know already: when it was written."""
    return _WHEN.sub("", signal.example or signal.detail)


def sentence(signal: Signal) -> str:
    """`payments: errors 34%, normally 0%`."""
    if signal.kind == "log":
        return f"{signal.service}: {signal.title}: {said(signal)}"
    if signal.kind == "presence":
        return f"{signal.service}: {signal.title}"
    if signal.left is not None:
        return Filling(signal.service, signal.title, signal.detail, signal.unit, signal.value, signal.left).sentence
    normal = f", {signal.against} {amount(signal.expected, signal.unit)}" if signal.expected is not None else ""
    return f"{signal.service}: {signal.title} {amount(signal.value, signal.unit)}{normal}"


def _of_deployments(service: str, state: State, onset: float) -> list[Evidence]:
    return [
        _of_deployment(service, revision, onset)
        for revision in state.revisions[1:]
        if -GRACE <= onset - revision.deployed_at <= DEPLOYMENT_WINDOW and revision.name == state.revision
    ]


def _of_deployment(service: str, revision: Revision, onset: float) -> Evidence:
    before = onset - revision.deployed_at
    when = f"{duration(before)} before the onset" if before >= 1 else "at the moment of the onset"
    detail = f" ({revision.detail})" if revision.detail else ""
    weight = 1.0 if before <= DEPLOYMENT_WINDOW / 3 else 0.6
    text = f"{service} {revision.name}{detail} was deployed {when}"
    return Evidence("", "deployment", service, text, revision.deployed_at, weight, revision.name)


def _of_state(service: str, state: State, onset: float) -> list[Evidence]:
    pieces = [Evidence("", "state", service, f"{service}: {problem}", onset, 0.9) for problem in state.problems]
    if not state.problems and state.ready < state.replicas:
        text = f"{service}: {state.ready} of {state.replicas} replicas are ready"
        pieces.append(Evidence("", "state", service, text, onset, 0.4))
    return pieces


def _of_traffic(chart: Chart) -> list[Evidence]:
    point = chart.last
    if chart.query != "http_request_rate" or point is None or point.value is None or not point.expected:
        return []
    factor = point.value / point.expected
    if factor < OVERLOAD:
        return []
    normal = amount(point.expected, chart.unit)
    text = f"{chart.service} gets {amount(point.value, chart.unit)} requests, {times(factor)} the normal {normal}"
    return [Evidence("", "traffic", chart.service, text, point.at, weight=min(1.0, factor / 3.0))]
