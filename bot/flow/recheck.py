"""Asks for another look at what is offered, so that a button whose target moved on is taken back before a click."""

from dataclasses import dataclass, replace

from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class Recheck:
    """Makes the offer due again for every incident with a pending proposal. What still fits is kept as it is."""

    store: Store

    async def __call__(self) -> int:
        """How many incidents are to be looked at."""
        async with self.store.read() as unit:
            waiting = {proposal.incident_id for proposal in await unit.ledger.pending()}
        for incident_id in waiting:
            async with self.store.unit() as unit:
                incident = await unit.incidents.get(incident_id)
                if incident is not None and "offer" not in incident.due:
                    await unit.incidents.save(replace(incident, due=incident.due | {"offer"}))
        return len(waiting)
