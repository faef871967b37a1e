"""Step 14: draw the lesson of an outcome. Priors are folded from the rows, so they can always be rebuilt."""

from dataclasses import dataclass

from bot.domain import learning
from bot.domain.timeline import Event
from bot.ports import Clock
from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class Learn:
    """Adds to an incident's timeline what its outcome changed in what is known."""

    store: Store
    clock: Clock

    async def __call__(self) -> int:
        """How many outcomes were learned from."""
        async with self.store.read() as unit:
            if not await unit.ledger.unlearned():
                return 0
        async with self.store.unit() as unit:
            new = await unit.ledger.unlearned()
            every = await unit.ledger.outcomes()
            for outcome in new:
                prior = learning.fold(every, outcome.signature, outcome.kind, outcome.verb)
                incident = await unit.incidents.get(outcome.incident_id)
                if incident is not None:
                    text = f"Learned: {outcome.verb} for {outcome.signature} {prior.words}"
                    event = Event(incident.id, self.clock.now(), "learned", text)
                    await unit.incidents.save(incident.changed(self.clock.now()), event)
                await unit.ledger.learned(outcome.execution_id)
        return len(new)
