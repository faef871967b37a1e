"""What outcomes say about an action: a hierarchical Beta mean that backs off from the signature to the action.

    p = (s + m * parent) / (n + m), with m = 2, and each older outcome worth 0.99 of the next

backing off (signature, verb) -> (kind, verb) -> verb -> 1/2. Ranked by the mean plus one standard deviation of
Beta(p * (n + m), (1 - p) * (n + m)).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from bot.domain.dossier import Dossier
from bot.domain.execution import Course, Outcome
from bot.domain.incident import Incident
from bot.domain.signals import UNSEEN

M = 2.0
DECAY = 0.99
FEW = 20


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a verb for a kind of incident.

    mean, bound: of the chance that it helps; actions are ranked by the bound.
    helped, tried: of this signature alone, undecayed.
    alone, left: of the incidents of this signature that were left alone, how many recovered by themselves.
    """

    mean: float
    bound: float
    helped: int
    tried: int
    alone: int = 0
    left: int = 0

    @property
    def words(self) -> str:
        """For people: how often it helped, and whether that is few data."""
        tried = f"helped {self.helped} of {self.tried} times" if self.tried else "not tried here before"
        left = f"; without action {self.alone} of {self.left} recovered" if self.left else ""
        few = " (few data)" if self.tried + self.left and min(self.tried, self.left or self.tried) < FEW else ""
        return f"{tried}{left}{few}"


@dataclass(frozen=True, slots=True)
class Lessons:
    """The rows that priors are folded from."""

    outcomes: Sequence[Outcome]
    courses: Sequence[Course] = ()


def signature(incident: Incident) -> str:
    """What makes incidents alike: the blamed service and the kinds of its signals."""
    service = incident.suspects[0].service if incident.suspects else (incident.services or ("?",))[0]
    queries = sorted({signal.query for signal in incident.signals.values() if signal.service == service})
    return f"{service}:{'+'.join(queries)}"


def kind(incident: Incident) -> str:
    """The kind of cause, without the service."""
    return incident.suspects[0].cause if incident.suspects else "unknown"


def fold(lessons: Lessons, signature_: str, kind_: str, verb: str) -> Prior:
    """The prior of one verb for one kind of incident. Unclear outcomes count as neither.

    Args:
        lessons: all that is known, in any order.
        signature_: of the incident at hand.
        kind_: its kind of cause.
        verb: the action.
    """
    clear = [one for one in lessons.outcomes if one.result != "unclear"]
    of_verb = [one for one in sorted(clear, key=lambda one: one.at) if one.verb == verb]
    of_kind = [one for one in of_verb if one.kind == kind_]
    exact = [one for one in of_kind if one.signature == signature_]
    mean, weight = 0.5, 0.0
    for level in (of_verb, of_kind, exact):
        mean, weight = _mean(level, mean)
    n = weight + M
    deviation = math.sqrt(mean * (1 - mean) / (n + 1))
    alone = [one.recovered for one in lessons.courses if one.signature == signature_ and one.recovered is not None]
    helped = sum(one.result == "recovered" for one in exact)
    return Prior(mean, mean + deviation, helped, len(exact), sum(alone), len(alone))


def course(dossier: Dossier, within: float, now: float) -> Course | None:
    """How an incident went after the first offer while nobody acted; None while that is open.

    It gets the time that an action gets: recovered if it ended by itself within `within` seconds, not recovered if it
    lasted longer. Whoever acted before that leaves the question open for ever: such a course says nothing.

    Args:
        dossier: the incident with its timeline.
        within: seconds, as for a verification.
        now: epoch seconds.
    """
    incident = dossier.incident
    since = list(dropwhile(lambda event: event.kind != "proposed", dossier.events))
    if not since:
        return None
    first = {event.kind: event.at for event in reversed(since)}
    end = first["proposed"] + within
    ended = first.get("resolved", math.inf)
    acted = min(first.get("executed", math.inf), first.get("unknown", math.inf))
    over = min(end, ended, acted)
    if now < over:
        return None
    by_itself = ended <= min(end, acted) and all(one.end not in UNSEEN for one in incident.signals.values())
    recovered = True if by_itself else False if end <= min(acted, ended) else None
    return Course(incident.id, signature(incident), kind(incident), recovered, over)


def _mean(outcomes: Sequence[Outcome], parent: float) -> tuple[float, float]:
    worth = [DECAY ** (len(outcomes) - 1 - place) for place in range(len(outcomes))]
    helped = sum(w for w, one in zip(worth, outcomes, strict=True) if one.result == "recovered")
    return (helped + M * parent) / (sum(worth) + M), sum(worth)
