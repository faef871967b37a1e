"""How people's words move thresholds: a factor for each signature, folded from the votes, so it can always be undone.

"Not a problem" makes the threshold of that detector on that service's query 1.1 times as wide, a confirmed incident
0.97 times, within 0.7 to 3. A vote is one person's on one incident; a later one of the same person replaces it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.incident import Incident, Verdict
from bot.domain.signals import Signal

STEPS: Mapping[Verdict, float] = {"harmless": 1.1, "helpful": 0.97, "wrong": 1.0}
LEAST, MOST = 0.7, 3.0
ALL = "*"
"""Stands for every signature: the one knob for how much is told."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A word on one signature of one incident. `at` in epoch seconds; `words`: who said it, for reading."""

    incident_id: str
    identity: str
    signature: str
    verdict: Verdict
    at: float
    words: str = ""


def signature(signal: Signal) -> str:
    """What is tuned together: `checkout/http_p95#level`, one detector on one query of one service."""
    detector = signal.key.rpartition("#")[2] if "#" in signal.key else "patterns"
    return f"{signal.service}/{signal.query}#{detector}"


def short(signature_: str) -> str:
    """The id of a signature for buttons and commands, 12 characters."""
    return hashlib.sha256(signature_.encode("utf-8", "replace")).hexdigest()[:12]


def votes(incident: Incident, identity: str, words: str, verdict: Verdict, at: float) -> tuple[Vote, ...]:
    """The votes that a verdict on an incident is, one for each signature."""
    signatures = sorted({signature(one) for one in incident.signals.values()})
    return tuple(Vote(incident.id, identity, one, verdict, at, words) for one in signatures)


def factors(cast: Iterable[Vote], start: Mapping[str, float]) -> dict[str, float]:
    """The factor of each signature that has one, from the config's and the votes in order of time.

    Args:
        cast: all votes.
        start: the config's factors; that of ALL holds for those that have none of their own.
    """
    found = dict(start)
    for vote in sorted(cast, key=lambda one: one.at):
        moved = of(vote.signature, found) * STEPS[vote.verdict]
        found[vote.signature] = min(max(moved, LEAST), MOST)
    return {name: factor for name, factor in found.items() if factor != found.get(ALL, 1.0) or factor != 1.0}


def of(signature_: str, factors_: Mapping[str, float]) -> float:
    """The factor of a signature: its own, that of ALL, or 1."""
    return factors_.get(signature_, factors_.get(ALL, 1.0))
