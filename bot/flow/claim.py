"""A yes becomes an approved proposal and a queued execution; what else the incident was offered is taken back."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.execution import Execution
from bot.domain.incident import Incident
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event
from bot.flow.ids import fresh
from bot.flow.withdraw import withdraw
from bot.ports.store import Unit


async def claim(unit: Unit, incident: Incident, signed: Proposal, detail: Mapping[str, str], *also: Event) -> bool:
    """Claims a proposal that has all its approvals, with its audit row and its word in the thread.

    Args:
        unit: the transaction of it all.
        incident: the proposal's.
        signed: the proposal; its last approval is the one that decides.
        detail: what else the audit should know.
        also: further facts for the timeline.

    Returns:
        False when somebody else was faster or the time ran out; nothing is written then.
    """
    yes = signed.approvals[-1]
    execution = Execution(fresh(), signed.id, signed.incident_id, "queued", yes.at)
    if not await unit.ledger.claim(replace(signed, decided_at=yes.at, decided_by=yes.words), execution):
        return False
    await unit.audit.record(yes.identity, "approve", signed.id, **detail)
    _, withdrawn = await withdraw(unit, incident.id, "another one was approved", yes.at)
    approved = Event(incident.id, yes.at, "approved", f"Approved by {yes.words}", yes.identity)
    after = incident.move("acting", yes.at) if incident.state == "open" else incident.changed(yes.at)
    await unit.incidents.save(after, approved, *also, *withdrawn)
    return True
