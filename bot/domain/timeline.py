"""Facts about an incident, append-only."""

from dataclasses import dataclass
from typing import Literal

EventKind = Literal[
    "opened", "attached", "cleared", "investigated", "diagnosed", "proposed", "expired", "approved", "second",
    "rejected", "refused", "withdrawn", "executing", "executed", "failed", "unknown", "verified", "learned", "resolved",
    "reopened", "granted", "revoked", "stopped", "resumed", "late", "acked", "silenced", "judged", "noted", "reminded",
    "escalated",
]  # fmt: skip

ANNOUNCED: frozenset[str] = frozenset(
    {
        "diagnosed", "proposed", "approved", "second", "rejected", "executed", "failed", "unknown", "verified",
        "resolved", "granted", "revoked", "stopped", "resumed", "late", "noted", "reminded", "escalated",
    }
)  # fmt: skip
"""The kinds that are also said in the thread; the others only change the root message."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `id` is 0 until it is stored; `actor` is an identity, or `steward`.

    rung: of an escalation, the place in the config's list of whom it tells; 0 for all other facts.
    """

    incident_id: str
    at: float
    kind: EventKind
    text: str
    actor: str = "steward"
    id: int = 0
    rung: int = 0

    @property
    def announced(self) -> bool:
        """Whether the thread hears of it."""
        return self.kind in ANNOUNCED
