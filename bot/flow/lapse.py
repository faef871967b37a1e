"""Ends standing approvals before their time: a person shall look first."""

from actions.model import describe
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event
from bot.ports.store import Unit


async def lapse(unit: Unit, proposal: Proposal, why: str, now: float) -> list[Event]:
    """Ends the standing approvals under which this was approved; gives the facts for its incident's timeline."""
    events = []
    for yes in proposal.approvals:
        given = await unit.standings.get(yes.standing) if yes.standing else None
        if given is not None and await unit.standings.end(given.id, f"ended: {why}"):
            await unit.audit.record("steward", "end", given.id, proposal=proposal.id, why=why)
            text = f"{given.words} approves no more in advance: {describe(proposal.plan.action)} {why}"
            events.append(Event(proposal.incident_id, now, "revoked", text))
    return events
