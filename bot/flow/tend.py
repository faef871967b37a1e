"""What time does to incidents: quiet ones end, old proposals expire."""

from dataclasses import dataclass, replace

from actions.model import describe
from bot.domain.incident import Incident, Step
from bot.domain.proposals import Proposal, expired
from bot.domain.timeline import Event
from bot.domain.words import duration
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Tend:
    """Resolves incidents that stayed quiet for `quiet` seconds, and ends proposals that nobody decided in time."""

    store: Store
    clock: Clock
    quiet: float = 120.0

    async def __call__(self) -> int:
        """How many incidents changed."""
        now = self.clock.now()
        async with self.store.read() as unit:
            over = [one for one in await unit.incidents.live(now) if self._over(one, now)]
            old = expired(await unit.ledger.pending(), now)
        if not (over or old):
            return 0
        async with self.store.unit() as unit:
            for proposal in old:
                await self._expire(unit, proposal, now)
            for seen in over:
                incident = await unit.incidents.get(seen.id)
                if incident is not None and self._over(incident, now):
                    await self._resolve(unit, incident, now)
        return len(over) + len(old)

    def _over(self, incident: Incident, now: float) -> bool:
        return incident.state == "open" and not incident.firing and now - incident.updated_at >= self.quiet

    async def _resolve(self, unit: Unit, incident: Incident, now: float) -> None:
        for proposal in await unit.ledger.of_incident(incident.id):
            if proposal.state == "pending" and await unit.ledger.settle(proposal, "void"):
                await unit.ledger.record("steward", "void", proposal.id, why="recovered by itself")
        text = f"Resolved by itself after {duration(now - incident.onset)}"
        resolved = replace(incident.move("resolved", now), due=frozenset())
        await unit.incidents.save(resolved, Event(incident.id, now, "resolved", text))

    async def _expire(self, unit: Unit, proposal: Proposal, now: float) -> None:
        if not await unit.ledger.settle(proposal, "expired"):
            return
        await unit.ledger.record("steward", "expire", proposal.id)
        incident = await unit.incidents.get(proposal.incident_id)
        if incident is None:
            return
        again: frozenset[Step] = frozenset({"offer"} if incident.state == "open" and incident.firing else ())
        event = Event(incident.id, now, "expired", f"Expired undecided: {describe(proposal.plan.action)}")
        await unit.incidents.save(replace(incident, due=incident.due | again).changed(now), event)
