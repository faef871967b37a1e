"""Reminds of critical incidents that nobody looks after, and passes them on, as the config's escalation says."""

from dataclasses import dataclass, replace

from bot.domain.incident import Incident
from bot.domain.routing import Routing, Rung
from bot.domain.silence import covering
from bot.domain.timeline import Event
from bot.domain.words import duration
from bot.ports import Clock
from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class Remind:
    """Climbs the rungs that are due, one a call for each incident. What is silenced waits."""

    store: Store
    clock: Clock
    routing: Routing

    async def __call__(self) -> int:
        """How many rungs were climbed."""
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
            if one is None or self.routing.due(one, now) <= one.rungs:
                return False
            rung = self.routing.rungs[one.rungs]
            await unit.incidents.save(replace(one, rungs=one.rungs + 1).changed(now), *_facts(one, rung, now))
        return True


def _facts(one: Incident, rung: Rung, now: float) -> list[Event]:
    told = f": telling {rung.name}" if rung.places else ""
    text = f"Nobody has looked after this for {duration(now - one.opened_at)}{told}"
    passed = [Event(one.id, now, "escalated", text, rung=one.rungs + 1)] if rung.places else []
    return [Event(one.id, now, "reminded", text), *passed]
