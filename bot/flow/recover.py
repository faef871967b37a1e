"""After a crash: runs whose owner is gone are looked up at their target. Nothing is ever run again by itself."""

import asyncio
from dataclasses import dataclass

from actions.model import ActuatorError, Answer, Recallable
from bot.domain.execution import Execution, ExecutionState
from bot.flow.execute import LEASE, conclude
from bot.flow.fleet import PATIENCE, Fleet
from bot.ports import Clock
from bot.ports.store import Store

ENDS: dict[Answer, tuple[ExecutionState, str]] = {
    "done": ("done", ""),
    "not_done": ("failed", "interrupted before it had an effect"),
    "unknown": ("unknown", "interrupted, and the target cannot say"),
}


@dataclass(frozen=True, slots=True)
class Recover:
    """Adopts executions whose lease ran out, asks the target, and writes the truth."""

    store: Store
    clock: Clock
    fleet: Fleet

    async def __call__(self) -> int:
        """How many were adopted."""
        async with self.store.unit() as unit:
            adopted = await unit.ledger.adopt(LEASE)
        for execution in adopted:
            state, error = ENDS[await self._ask(execution)]
            await conclude(self.store, self.clock, execution, state, error)
        return len(adopted)

    async def _ask(self, execution: Execution) -> Answer:
        async with self.store.read() as unit:
            proposal = await unit.ledger.proposal(execution.proposal_id)
        if proposal is None:
            return "unknown"
        target = proposal.plan.action.target
        try:
            async with asyncio.timeout(PATIENCE):
                actuator = self.fleet.actuator_of(target)
                if isinstance(actuator, Recallable):  # its owner may only be asleep, and wake up
                    return await actuator.recall(target, execution.id)
                return await actuator.probe(target, execution.id)
        except (ActuatorError, TimeoutError):
            return "unknown"
