"""All that is known of one incident, in one value: what cards, pages and reports are rendered from."""

from dataclasses import dataclass, field

from bot.domain.execution import Execution, Outcome
from bot.domain.incident import Incident
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event


@dataclass(frozen=True, slots=True)
class Dossier:
    """An incident with its proposals (newest first), executions, outcomes and timeline (oldest first)."""

    incident: Incident
    proposals: tuple[Proposal, ...] = ()
    executions: tuple[Execution, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    events: tuple[Event, ...] = field(default=())
