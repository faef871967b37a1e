"""Takes back what is offered but no longer fits: old buttons then say so."""

from collections.abc import Collection

from bot.ports.store import Unit


async def withdraw(unit: Unit, incident_id: str, why: str, keep: Collection[str] = ()) -> set[str]:
    """Voids the pending proposals of an incident, but for those whose digest is in `keep`; gives the digests kept."""
    kept = set()
    for proposal in await unit.ledger.of_incident(incident_id):
        if proposal.state != "pending":
            continue
        if proposal.digest in keep:
            kept.add(proposal.digest)
        elif await unit.ledger.settle(proposal, "void"):
            await unit.ledger.record("steward", "void", proposal.id, why=why)
    return kept
