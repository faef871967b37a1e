"""Which service is to blame: a score for each from its own signals, its callees, its deployments and its state.

A service scores by the strength of its own signals, and little while one of the services that it calls is unwell
too, because trouble travels from callee to caller. Measured on labelled faults this rule and co-movement matter
most (see docs/decisions/0004-suspects.md). A deployment shortly before the onset, a new error in its log and
what the target says of itself then add to the score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.evidence import Evidence
from bot.domain.signals import Signal
from bot.domain.topology import Topology

Cause = Literal["deployment", "crash", "leak", "overload", "fault"]

STRENGTH: Mapping[str, float] = {
    "up": 1.0,
    "http_error_ratio": 1.0,
    "http_latency_p95": 0.8,
    "process_memory": 0.7,
    "http_request_rate": 0.3,
}
"""How much a signal of this query says about its own service; others count 0.5, logs 0.6."""

CALLEE_DISCOUNT = 0.25
"""What is left of a score when a callee is unwell too."""

CAUSES: Mapping[str, Cause] = {"deployment": "deployment", "state": "crash", "traffic": "overload"}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A scored candidate cause. `confidence` is its share of all scores, 0..1; `evidence` holds ids to cite."""

    service: str
    cause: Cause
    score: float
    confidence: float
    evidence: tuple[str, ...]


def rank(signals: Iterable[Signal], evidence: Sequence[Evidence], topology: Topology) -> tuple[Suspect, ...]:
    """The suspects, best first; none when nothing fires."""
    by_service: dict[str, list[Signal]] = {}
    for signal in signals:
        if signal.firing:
            by_service.setdefault(signal.service, []).append(signal)
    pieces = {service: [one for one in evidence if one.service == service] for service in by_service}
    scores = {service: _score(service, by_service, pieces[service], topology) for service in by_service}
    total = sum(scores.values()) or 1.0
    ranked = sorted(scores, key=lambda service: (-scores[service], by_service[service][0].onset, service))
    return tuple(
        Suspect(
            service=service,
            cause=_cause(by_service[service], pieces[service]),
            score=scores[service],
            confidence=scores[service] / total,
            evidence=tuple(one.id for one in sorted(pieces[service], key=lambda one: -one.weight)),
        )
        for service in ranked
    )


def strength(signal: Signal) -> float:
    """What one signal says about its service, 0..1."""
    base = 0.6 if signal.kind == "log" else STRENGTH.get(signal.query, 0.5)
    return base * max(0.1, min(1.0, signal.score))


def _score(
    service: str, by_service: Mapping[str, list[Signal]], pieces: Sequence[Evidence], topology: Topology
) -> float:
    ranked = sorted((strength(signal) for signal in by_service[service]), reverse=True)
    own = ranked[0] + 0.25 * sum(ranked[1:3])
    for kind, gain in (("deployment", 1.0), ("state", 0.8), ("log", 0.3), ("traffic", 0.2)):
        own *= 1 + gain * max((piece.weight for piece in pieces if piece.kind == kind), default=0.0)
    unwell = [callee for callee in topology.callees(service) if _hurts(by_service.get(callee, ()))]
    return own * CALLEE_DISCOUNT if unwell and not _own_fault(pieces) else own


def _hurts(signals: Iterable[Signal]) -> bool:
    """Whether a caller could feel these: errors, slowness or absence; a drop in traffic is only an echo."""
    return any(signal.query != "http_request_rate" and signal.kind != "log" for signal in signals)


def _own_fault(pieces: Sequence[Evidence]) -> bool:
    """Whether the target itself says that it is broken, which no callee explains away."""
    return any(piece.kind == "state" and piece.weight >= 0.9 for piece in pieces)


def _cause(signals: Sequence[Signal], pieces: Sequence[Evidence]) -> Cause:
    telling = sorted((piece for piece in pieces if piece.kind in CAUSES), key=lambda piece: -piece.weight)
    if telling and telling[0].weight >= 0.5:
        return CAUSES[telling[0].kind]
    if any(signal.query == "process_memory" for signal in signals):
        return "leak"
    return "fault"
