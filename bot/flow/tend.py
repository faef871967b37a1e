"""What time does to incidents: quiet ones end, old proposals expire."""

from dataclasses import dataclass, replace

from actions.model import describe
from bot.domain.incident import Incident, Step
from bot.domain.proposals import Proposal, expired
from bot.domain.timeline import Event
from bot.domain.words import duration
from bot.flow.withdraw import withdraw
from bot.ports import Clock
from bot.ports.store import Store, Unit

AGAIN = 300.0
"""Seconds without news after which an incident that still fires is looked at for something to offer."""


@dataclass(frozen=True, slots=True)
class Tend:
    """Resolves incidents quiet for `quiet` seconds, ends undecided proposals, and offers anew."""

    store: Store
    clock: Clock
    quiet: float = 120.0

    async def __call__(self) -> int:
        """How many incidents changed."""
        now = self.clock.now()
        async with self.store.read() as unit:
            live = await unit.incidents.live(now)
            pending = await unit.ledger.pending()
        over = [one for one in live if self._over(one, now)]
        old = expired(pending, now)
        idle = [one for one in live if self._idle(one, now)]
        if not (over or old or idle):
            return 0
        async with self.store.unit() as unit:
            for proposal in old:
                await self._expire(unit, proposal, now)
            for seen in over:
                incident = await unit.incidents.get(seen.id)
                if incident is not None and self._over(incident, now):
                    await self._resolve(unit, incident, now)
            for seen in idle:
                incident = await unit.incidents.get(seen.id)
                if incident is not None and self._idle(incident, now):
                    again = replace(incident, due=incident.due | {"offer"}, updated_at=now)
                    await unit.incidents.save(again)
        return len(over) + len(old) + len(idle)

    def _over(self, incident: Incident, now: float) -> bool:
        return incident.state == "open" and not incident.firing and now - incident.updated_at >= self.quiet

    def _idle(self, incident: Incident, now: float) -> bool:
        """Whether it still hurts and nothing happened for long: what was refused then, a cooldown say, may fit now."""
        return incident.state == "open" and bool(incident.firing) and now - incident.updated_at >= AGAIN

    async def _resolve(self, unit: Unit, incident: Incident, now: float) -> None:
        await withdraw(unit, incident.id, "recovered by itself")
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
