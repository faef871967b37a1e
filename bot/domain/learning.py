"""What outcomes say about an action: a hierarchical Beta mean that backs off from the signature to the action.

    p = (s + m * parent) / (n + m), with m = 2, and each older outcome worth 0.99 of the next

backing off (signature, verb) -> (kind, verb) -> verb -> 1/2. Ranked by the mean plus one standard deviation of
Beta(p * (n + m), (1 - p) * (n + m)).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.execution import Outcome
from bot.domain.incident import Incident

M = 2.0
DECAY = 0.99
FEW = 20


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a verb for a kind of incident. `helped` of `tried` count this signature alone, undecayed."""

    mean: float
    bound: float
    helped: int
    tried: int

    @property
    def words(self) -> str:
        """For people: how often it helped, and whether that is few data."""
        if not self.tried:
            return "not tried here before"
        few = " (few data)" if self.tried < FEW else ""
        return f"helped {self.helped} of {self.tried} times{few}"


def signature(incident: Incident) -> str:
    """What makes incidents alike: the blamed service and the kinds of its signals."""
    service = incident.suspects[0].service if incident.suspects else (incident.services or ("?",))[0]
    queries = sorted({signal.query for signal in incident.signals.values() if signal.service == service})
    return f"{service}:{'+'.join(queries)}"


def kind(incident: Incident) -> str:
    """The kind of cause, without the service."""
    return incident.suspects[0].cause if incident.suspects else "unknown"


def fold(outcomes: Iterable[Outcome], signature_: str, kind_: str, verb: str) -> Prior:
    """The prior of one verb for one kind of incident. Unclear outcomes count as neither.

    Args:
        outcomes: every outcome, in any order.
        signature_: of the incident at hand.
        kind_: its kind of cause.
        verb: the action.
    """
    of_verb = [one for one in sorted(outcomes, key=lambda one: one.at) if one.verb == verb and one.result != "unclear"]
    of_kind = [one for one in of_verb if one.kind == kind_]
    exact = [one for one in of_kind if one.signature == signature_]
    mean, weight = 0.5, 0.0
    for level in (of_verb, of_kind, exact):
        mean, weight = _mean(level, mean)
    n = weight + M
    deviation = math.sqrt(mean * (1 - mean) / (n + 1))
    return Prior(mean, mean + deviation, sum(one.result == "recovered" for one in exact), len(exact))


def _mean(outcomes: Sequence[Outcome], parent: float) -> tuple[float, float]:
    worth = [DECAY ** (len(outcomes) - 1 - place) for place in range(len(outcomes))]
    helped = sum(w for w, one in zip(worth, outcomes, strict=True) if one.result == "recovered")
    return (helped + M * parent) / (sum(worth) + M), sum(worth)
