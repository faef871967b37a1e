"""What a surface still has to be told, and what comes first when it cannot be told everything at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.incident import Severity, State
from bot.domain.timeline import Event, EventKind


class Urgency(IntEnum):
    """The order in which a surface is told; the smallest first."""

    NEW = 0
    APPROVAL = 1
    RESOLVED = 2
    EDIT = 3


@dataclass(frozen=True, slots=True)
class Behind:
    """An incident that a surface does not show as it is. `ref` is empty when it does not show it at all.

    offers: whether something waits for a decision.
    """

    incident_id: str
    ref: str
    state: State
    severity: Severity
    services: tuple[str, ...]
    opened_at: float
    offers: bool = False

    @property
    def urgency(self) -> Urgency:
        """New ones first, then what can be approved, then what is over."""
        if not self.ref:
            return Urgency.NEW
        if self.offers or self.state in {"acting", "verifying"}:
            return Urgency.APPROVAL
        return Urgency.RESOLVED if self.state == "resolved" else Urgency.EDIT


@dataclass(frozen=True, slots=True)
class Unsaid:
    """An announced fact that a surface has not said yet; `thread`: the ref of the incident's root there."""

    event: Event
    thread: str
    about: Behind

    @property
    def urgency(self) -> Urgency:
        """As the fact's kind is."""
        return SAID.get(self.event.kind, Urgency.APPROVAL)


@dataclass(frozen=True, slots=True)
class Pictured:
    """A shown incident whose picture is missing or old. `thread`: its root; `ref`: the picture there, or empty."""

    incident_id: str
    thread: str
    ref: str
    version: int


SAID: Mapping[EventKind, Urgency] = {
    "reminded": Urgency.NEW,
    "escalated": Urgency.NEW,
    "diagnosed": Urgency.EDIT,
    "noted": Urgency.EDIT,
    "resolved": Urgency.RESOLVED,
    "verified": Urgency.RESOLVED,
}
"""How urgent a fact is to be said; all others are about approvals and actions."""
