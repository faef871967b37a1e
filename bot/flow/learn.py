"""Step 14: draw the lesson of an outcome. Priors are folded from the rows, so they can always be rebuilt."""

from dataclasses import dataclass

from bot.domain import learning, tuning
from bot.domain.execution import Outcome
from bot.domain.learning import Lessons
from bot.domain.timeline import Event
from bot.ports import Clock
from bot.ports.store import Store

MEMORY = 86_400.0
"""Seconds after which nobody asks any more how an incident went without an action."""


@dataclass(frozen=True, slots=True)
class Learn:
    """Adds to an incident's timeline what its outcome changed in what is known.

    It also notes how incidents go without an action: within `within` seconds of the first offer, as long as an action
    is given.
    """

    store: Store
    clock: Clock
    within: float = 300.0

    async def __call__(self) -> int:
        """How many outcomes were learned from."""
        async with self.store.read() as unit:
            untold = await unit.ledger.untold(self.clock.now() - MEMORY)
            unlearned = await unit.ledger.unlearned()
        for incident_id in untold:
            await self._look(incident_id)
        return sum([await self._learn(outcome) for outcome in unlearned])

    async def _look(self, incident_id: str) -> None:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
        course = learning.course(dossier, self.within, self.clock.now()) if dossier else None
        if course is not None:
            async with self.store.unit() as unit:
                await unit.ledger.left_alone(course)

    async def _learn(self, outcome: Outcome) -> bool:
        async with self.store.unit() as unit:
            incident = await unit.incidents.get(outcome.incident_id)
            if not await unit.ledger.learned(outcome.execution_id):
                return False
            lessons = Lessons(await unit.ledger.outcomes(), await unit.ledger.courses())
            prior = learning.fold(lessons, outcome.signature, outcome.kind, outcome.verb)
            if incident is not None:
                if outcome.result == "recovered":  # what an action ended was a problem, as if somebody had said so
                    await unit.votes.cast(
                        tuning.votes(incident, "steward", "an action that helped", "helpful", self.clock.now())
                    )
                now = self.clock.now()
                text = f"Learned: {outcome.verb} for {outcome.signature} {prior.words}"
                await unit.incidents.save(incident.changed(now), Event(incident.id, now, "learned", text))
        return True
