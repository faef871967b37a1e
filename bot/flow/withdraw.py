"""Takes back what is offered but no longer fits: old buttons then say so."""

from collections.abc import Collection

from actions.model import describe
from bot.domain.timeline import Event
from bot.ports.store import Unit


async def withdraw(
    unit: Unit, incident_id: str, why: str, now: float, keep: Collection[str] = ()
) -> tuple[set[str], list[Event]]:
    """Voids the pending proposals of an incident, but for those whose digest is in `keep`.

    Returns:
        the digests kept, and the facts for the timeline, which the caller saves with the incident.
    """
    kept, events = set(), []
    for proposal in await unit.ledger.of_incident(incident_id):
        if proposal.state != "pending":
            continue
        if proposal.digest in keep:
            kept.add(proposal.digest)
        elif await unit.ledger.settle(proposal, "void"):
            await unit.audit.record("steward", "void", proposal.id, why=why)
            events.append(Event(incident_id, now, "withdrawn", f"Withdrawn: {describe(proposal.plan.action)}; {why}"))
    return kept, events
