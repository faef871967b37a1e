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
        now, changed = self.clock.now(), 0
        async with self.store.read() as unit:
            live = await unit.incidents.live(now)
            pending = await unit.ledger.pending()
            due = await unit.now()
        for proposal in expired(pending, due):
            changed += await self._expire(proposal, now)
        for seen in live:
            if seen.over(now, self.quiet) or self._idle(seen, now):
                changed += await self._look(seen.id, now)
        return changed

    def _idle(self, incident: Incident, now: float) -> bool:
        """Whether it still hurts and nothing happened for long: what was refused then, a cooldown say, may fit now."""
        return incident.state == "open" and bool(incident.firing) and now - incident.updated_at >= AGAIN

    async def _look(self, incident_id: str, now: float) -> bool:
        async with self.store.unit() as unit:
            incident = await unit.incidents.get(incident_id)
            if incident is None:
                return False
            if incident.over(now, self.quiet):
                await self._resolve(unit, incident, now)
            elif self._idle(incident, now):
                await unit.incidents.save(replace(incident, due=incident.due | {"offer"}, updated_at=now))
            else:
                return False
        return True

    async def _resolve(self, unit: Unit, incident: Incident, now: float) -> None:
        _, events = await withdraw(unit, incident.id, "nothing is abnormal any more", now)
        text = f"{_end(incident)} after {duration(now - incident.onset)}"
        resolved = replace(incident.move("resolved", now), due=frozenset())
        await unit.incidents.save(resolved, *events, Event(incident.id, now, "resolved", text))

    async def _expire(self, proposal: Proposal, now: float) -> bool:
        async with self.store.unit() as unit:
            incident = await unit.incidents.get(proposal.incident_id)
            held = await unit.ledger.proposal(proposal.id)  # a first yes may have come since
            if incident is None or held is None or not await unit.ledger.settle(held, "expired"):
                return False
            await unit.audit.record("steward", "expire", proposal.id)
            again: frozenset[Step] = frozenset({"offer"} if incident.state == "open" and incident.firing else ())
            event = Event(incident.id, now, "expired", f"Expired undecided: {describe(proposal.plan.action)}")
            await unit.incidents.save(replace(incident, due=incident.due | again).changed(now), event)
        return True


def _end(incident: Incident) -> str:
    """How it ended. Only what was seen to be normal again is called recovered."""
    ends = {signal.end for signal in incident.signals.values()}
    if "lost" in ends:
        return "Closed, not known to be recovered: its series are not seen any more,"
    if "adopted" in ends:
        return "Closed, not known to be recovered: it has lasted for so long that it counts as normal,"
    return "Resolved by itself"
