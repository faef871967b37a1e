"""Reminds of critical incidents that nobody looks after, and passes them on, as the config's escalation says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.incident import Incident
from bot.domain.routing import Routing, Rung
from bot.domain.silence import covering
from bot.domain.timeline import Event
from bot.domain.words import duration, listing
from bot.ports import Clock
from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class Remind:
    """Climbs the rungs that are due, those missed meanwhile in one go. What is silenced waits."""

    store: Store
    clock: Clock
    routing: Routing

    async def __call__(self) -> int:
        """How many incidents were reminded of."""
        if not self.routing.rungs:
            return 0
        now = self.clock.now()
        async with self.store.read() as unit:
            live = await unit.incidents.live(now)
            silences = await unit.silences.valid()
        due = [one for one in live if self.routing.due(one, now) > one.rungs and not covering(one.services, silences)]
        return sum([await self._climb(one.id, now) for one in due])

    async def _climb(self, incident_id: str, now: float) -> bool:
        async with self.store.unit() as unit:
            one = await unit.incidents.get(incident_id)
            due = self.routing.due(one, now) if one is not None else 0
            if one is None or due <= one.rungs:
                return False
            facts = _facts(one, self.routing.rungs[one.rungs : due], now)
            await unit.incidents.save(replace(one, rungs=due).changed(now), *facts)
        return True


def _facts(one: Incident, rungs: Sequence[Rung], now: float) -> list[Event]:
    told, since = listing([rung.name for rung in rungs if rung.places]), one.reopened_at or one.opened_at
    text = f"Nobody has looked after this for {duration(now - since)}" + (f": telling {told}" if told else "")
    numbered = enumerate(rungs, one.rungs + 1)
    passed = [Event(one.id, now, "escalated", text, rung=number) for number, rung in numbered if rung.places]
    return [Event(one.id, now, "reminded", text), *passed]
