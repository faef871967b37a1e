"""Which service is to blame: a score for each from its own signals, its callees, its deployments and its state.

A service scores by the strength of its own signals, and little while one of the services that it calls is unwell
too, because trouble travels from callee to caller. Measured on labelled faults this rule and co-movement matter
most (see docs/decisions/0004-suspects.md). A deployment shortly before the onset, a new error in its log and
what the target says of itself then add to the score.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.evidence import Evidence
from bot.domain.signals import Signal
from bot.domain.topology import Topology

Cause = Literal["deployment", "crash", "leak", "overload", "neighbour", "fault"]

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

SILENT = 0.4
"""The strength of a service without signals of its own whose target says that it is broken or was just deployed."""

CAUSES: Mapping[str, Cause] = {
    "deployment": "deployment",
    "state": "crash",
    "traffic": "overload",
    "neighbour": "neighbour",
}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A scored candidate cause. `confidence` is its share of all scores, 0..1; `evidence` holds ids to cite."""

    service: str
    cause: Cause
    score: float
    confidence: float
    evidence: tuple[str, ...]


def rank(signals: Iterable[Signal], evidence: Sequence[Evidence], topology: Topology) -> tuple[Suspect, ...]:
    """The suspects, best first; none when nothing fires.

    Beside the services with signals, those that they call are suspects when their target says that it is broken or
    was just deployed: its own series may be too young, or gone with it. So is who takes their node away from them.
    """
    firing = [signal for signal in signals if signal.firing]
    witnesses = _witnesses(firing, evidence, topology)
    scores = {service: _score(service, witnesses, topology) for service in witnesses}
    total = sum(scores.values()) or 1.0
    return tuple(
        Suspect(
            service=service,
            cause=witnesses[service].cause,
            score=scores[service],
            confidence=scores[service] / total,
            evidence=tuple(one.id for one in sorted(witnesses[service].pieces, key=lambda one: -one.weight)),
        )
        for service in sorted(scores, key=lambda service: (-scores[service], witnesses[service].onset, service))
    )


def strength(signal: Signal) -> float:
    """What one signal says about its service, 0..1."""
    base = 0.6 if signal.kind == "log" else STRENGTH.get(signal.query, 0.5)
    return base * max(0.1, min(1.0, signal.score))


@dataclass(frozen=True, slots=True)
class _Witness:
    """What there is on one service."""

    signals: tuple[Signal, ...]
    pieces: tuple[Evidence, ...]

    @property
    def onset(self) -> float:
        """When its first signal began; after all others when it has none."""
        return min((signal.onset for signal in self.signals), default=math.inf)

    @property
    def broken(self) -> bool:
        """Whether the target itself says so."""
        return self.weight("state") >= 0.9

    @property
    def hurts(self) -> bool:
        """Whether a caller could feel it: errors, slowness or absence; a drop in traffic is only an echo."""
        felt = (signal.query != "http_request_rate" and signal.kind != "log" for signal in self.signals)
        return self.broken or any(felt)

    @property
    def cause(self) -> Cause:
        """The kind of cause that the evidence speaks for."""
        telling = sorted((piece for piece in self.pieces if piece.kind in CAUSES), key=lambda piece: -piece.weight)
        if telling and telling[0].weight >= 0.5:
            return CAUSES[telling[0].kind]
        return "leak" if any(signal.query == "process_memory" for signal in self.signals) else "fault"

    def weight(self, kind: str) -> float:
        """The weight of the most telling piece of a kind."""
        return max((piece.weight for piece in self.pieces if piece.kind == kind), default=0.0)


def _witnesses(firing: Sequence[Signal], evidence: Sequence[Evidence], topology: Topology) -> dict[str, _Witness]:
    loud = {signal.service for signal in firing}
    called = {callee for service in loud for callee in topology.callees(service)}
    beside = {piece.service for piece in evidence if piece.kind == "neighbour"}
    found = {
        service: _Witness(
            tuple(signal for signal in firing if signal.service == service),
            tuple(piece for piece in evidence if piece.service == service),
        )
        for service in loud | called | beside
    }
    return {
        service: one
        for service, one in found.items()
        if one.signals or one.broken or one.weight("deployment") >= 0.9 or one.weight("neighbour")
    }


def _score(service: str, witnesses: Mapping[str, _Witness], topology: Topology) -> float:
    witness = witnesses[service]
    ranked = sorted((strength(signal) for signal in witness.signals), reverse=True) or [SILENT]
    own = ranked[0] + 0.25 * sum(ranked[1:3])
    for kind, gain in (("deployment", 1.0), ("state", 0.8), ("neighbour", 1.0), ("log", 0.3), ("traffic", 0.2)):
        own *= 1 + gain * witness.weight(kind)
    echo = any(callee in witnesses and witnesses[callee].hurts for callee in topology.callees(service))
    if any(one.weight("neighbour") for one in witnesses.values()):  # it suffers, unless it was itself just changed
        echo |= not witness.weight("neighbour") and witness.weight("deployment") < 0.9
    return own * CALLEE_DISCOUNT if echo and not witness.broken else own
