"""Which service is to blame in a case that is known as a whole: from its series, its log, its events and its objects.

The live ranking (`bot.domain.suspects`) has signals as they come in; here the course of every series is at hand. So a
series can be weighed by how it moves with the symptom, and one service's trouble against that of its neighbours. The
rule that trouble travels from callee to caller is the same. See docs/decisions/0009-series-ranking.md.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.metric_kinds import Kind
from bot.domain.topology import Topology

Family = Literal["hops", "errors", "deployment", "state"]

WEIGHTS: Mapping[Family, float] = {"hops": 2.0, "errors": 0.5, "deployment": 0.3, "state": 1.0}
"""What the strongest clue of each family adds to a score; all series together add less than 1."""

PLAIN = 1.5
"""A weighed departure that is worth half of what the series can add."""
NEXT = 0.25
"""What a service's second and third departure add to its strongest."""
ALIKE = 0.7
"""A callee or caller is unwell too when its departure is at least this share of one's own."""
CALLEE_DISCOUNT = 0.25
"""What is left of a departure when a callee is unwell too. As in the live ranking."""
EXPLAINED = 2.0
"""What it adds to explain all that departs among the callers."""
DEPLOYED = 1.0
"""How much a change just before the start raises what else there is."""
SAME_METRIC, SAME_KIND, OTHER_KIND, ITSELF = 1.0, 0.8, 0.1, 0.3
"""How well a series can be compared with the symptom: resources as well as those of its kind, for they are causes."""
STRANGER = 0.05
"""The least that is left of a departure that does not move with the symptom."""
MOST_EVIDENCE = 6


@dataclass(frozen=True, slots=True)
class Departure:
    """How far a series departs from its usual course.

    widths: in its own usual widths. together: how it moves with the
    symptom, -1..1, None where the case names none. likeness: how well it can be compared with the symptom.
    """

    service: str
    metric: str
    kind: Kind
    widths: float
    together: float | None = None
    likeness: float = 1.0

    @property
    def strength(self) -> float:
        """What it says of its service: in logarithms, for how wide a series usually is says little."""
        own = math.log1p(self.widths) * self.kind.weight
        if self.together is None:
            return own
        return own * max(self.together, STRANGER) * self.likeness

    @property
    def words(self) -> str:
        """What was seen, for people."""
        way = {"up": " above", "down": " below", "both": " from"}[self.kind.way]
        told = f"{self.metric}: {self.widths:.3g} times its usual width{way} its usual value"
        if self.together is not None and self.together >= 0.5:
            told += f", moves with the symptom ({self.together:.2f})"
        return told


@dataclass(frozen=True, slots=True)
class Clue:
    """What else bears on a service. weight: 0..1."""

    service: str
    family: Family
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A service with its share of all scores, 0..1; metric: the series that tells most, empty where none does."""

    service: str
    metric: str
    score: float
    evidence: tuple[str, ...]


def rank(departures: Iterable[Departure], clues: Sequence[Clue], topology: Topology) -> tuple[Ranked, ...]:
    """All services, best first."""
    series: dict[str, list[Departure]] = {}
    for departure in departures:
        series.setdefault(departure.service, []).append(departure)
    for found in series.values():
        found.sort(key=lambda one: (-one.strength, one.metric))
    own = {service: _own(found) for service, found in series.items()}
    weighed = {service: _weighed(service, own, topology) for service in own}
    most = max((strength for strength, _ in weighed.values()), default=0.0) + PLAIN
    scores: dict[str, tuple[float, Sequence[str]]] = {}
    for service in sorted({*series, *(clue.service for clue in clues)}):
        strength, told = weighed.get(service, (0.0, ()))
        beside = [clue for clue in clues if clue.service == service]
        seen = [one.words for one in series.get(service, ())[:2] if one.strength > 0]
        said = [clue.words for clue in sorted(beside, key=lambda clue: -clue.weight * WEIGHTS[clue.family])]
        scores[service] = _total(strength / most, beside), [*said[: MOST_EVIDENCE - 3], *seen, *told]
    total = sum(score for score, _ in scores.values()) or 1.0
    return tuple(
        Ranked(service, _cause(series.get(service, ())), score / total, tuple(evidence))
        for service, (score, evidence) in sorted(scores.items(), key=lambda one: (-one[1][0], one[0]))
    )


def _cause(found: Sequence[Departure]) -> str:
    """The metric to look at: the strongest of those that say where it comes from, be they like the symptom or not."""
    best = max(found, key=lambda one: replace(one, likeness=1.0).strength, default=None)
    return best.metric if best is not None and best.widths > 0 else ""


def _own(found: Sequence[Departure]) -> float:
    return found[0].strength + NEXT * sum(one.strength for one in found[1:3])


def _weighed(service: str, own: Mapping[str, float], topology: Topology) -> tuple[float, Sequence[str]]:
    """A service's strength among those that it calls and is called by, and the words for it."""
    strength = own[service]
    if not strength:
        return 0.0, ()
    echoes = [
        callee for callee in topology.callees(service) if callee != service and own.get(callee, 0) >= ALIKE * strength
    ]
    if echoes:
        worst = max(echoes, key=lambda callee: (own[callee], callee))
        return strength * _gain(service, own, topology) * CALLEE_DISCOUNT, (f"its callee {worst} is unwell too",)
    callers = sorted(_explained(service, own, topology))
    told = f"explains {len(callers)} of its callers: {', '.join(callers[:3])}"
    return strength * _gain(service, own, topology), ((told,) if callers else ())


def _gain(service: str, own: Mapping[str, float], topology: Topology) -> float:
    explained = sum(own[caller] for caller in _explained(service, own, topology))
    return 1 + EXPLAINED * explained / sum(own.values())


def _explained(service: str, own: Mapping[str, float], topology: Topology) -> frozenset[str]:
    """The callers, and theirs, whose departures this one can explain: each reached through unwell ones alone."""
    least, reached, border = ALIKE * own[service], frozenset[str](), frozenset([service])
    while border:
        border = frozenset(
            caller
            for one in border
            for caller in topology.callers(one)
            if caller not in reached and caller != service and own.get(caller, 0.0) >= least
        )
        reached |= border
    return reached


def _total(series: float, clues: Sequence[Clue]) -> float:
    strongest: dict[Family, float] = {}
    for clue in clues:
        strongest[clue.family] = max(strongest.get(clue.family, 0.0), clue.weight)
    added = sum(WEIGHTS[family] * weight for family, weight in strongest.items())
    return (series + added) * (1 + DEPLOYED * strongest.get("deployment", 0.0))
