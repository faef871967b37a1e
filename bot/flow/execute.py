"""Step 12: run what was approved, once."""

import asyncio
from dataclasses import dataclass, replace

from actions.model import Action, ActuatorError, DriftedError, describe
from bot.domain import approval
from bot.domain.approval import ApprovedProposal
from bot.domain.execution import Execution, ExecutionState
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event, EventKind
from bot.flow.fleet import Fleet
from bot.ports import Clock
from bot.ports.store import Store

RUN_TIME = 40.0
"""Seconds that a run may take; the lease is longer, so a run that was cut off is over before anybody adopts it."""

LEASE = 50.0

KINDS: dict[ExecutionState, EventKind] = {"done": "executed", "failed": "failed", "unknown": "unknown"}


@dataclass(frozen=True, slots=True)
class Execute:
    """Takes queued executions and runs them against their targets."""

    store: Store
    clock: Clock
    fleet: Fleet

    async def __call__(self) -> int:
        """How many executions were run."""
        async with self.store.read() as unit:
            queued = await unit.ledger.queued()
        return sum([await self._take(execution) for execution in queued])

    async def _take(self, execution: Execution) -> bool:
        async with self.store.unit() as unit:
            begun = await unit.ledger.begin(execution, LEASE)
            if begun is None:
                return False
            proposal = await unit.ledger.proposal(begun.proposal_id)
            incident = await unit.incidents.get(begun.incident_id)
            assert proposal is not None
            assert incident is not None
            begun_at = await unit.now()
            await unit.audit.record("steward", "begin", begun.id, fence=begun.fence, digest=proposal.digest)
            text = f"Running: {describe(proposal.plan.action)}"
            await unit.incidents.save(
                incident.changed(self.clock.now()), Event(incident.id, self.clock.now(), "executing", text)
            )
        state, error = await self._run_allowed(proposal, begun, begun_at)
        await conclude(self.store, self.clock, begun, state, error)
        return True

    async def _run_allowed(self, proposal: Proposal, begun: Execution, now: float) -> tuple[ExecutionState, str]:
        if now >= proposal.expires_at:
            return "failed", "nothing was done: the approval expired before it could run"
        try:
            allowed = approval.approved(proposal, begun.id, begun.fence)
        except PermissionError as error:
            return "failed", f"nothing was done: {error}"
        return await self._run(allowed)

    async def _run(self, allowed: ApprovedProposal) -> tuple[ExecutionState, str]:
        plan = allowed.proposal.plan
        try:
            async with asyncio.timeout(RUN_TIME):
                await self.fleet.actuator_of(plan.action.target).run(plan, allowed.execution_id)
        except DriftedError as error:
            return "failed", f"nothing was done: {error}"
        except ActuatorError as error:
            return ("failed" if error.effect == "none" else "unknown"), str(error)
        except TimeoutError:
            return "unknown", f"the target did not answer within {RUN_TIME:.0f} s"
        return "done", ""


async def conclude(store: Store, clock: Clock, execution: Execution, state: ExecutionState, error: str) -> bool:
    """Writes the end of a run; False when its fence is stale, and then nothing is written."""
    async with store.unit() as unit:
        if not await unit.ledger.finish(execution, state, error):
            return False
        now = clock.now()
        incident = await unit.incidents.get(execution.incident_id)
        proposal = await unit.ledger.proposal(execution.proposal_id)
        assert incident is not None
        assert proposal is not None
        await unit.audit.record("steward", state, execution.id, fence=execution.fence, error=error)
        if incident.state == "acting":
            incident = incident.move("verifying" if state == "done" else "open", now)
        if state == "failed" and incident.firing:  # nothing was done, so there is still something to offer
            incident = replace(incident, due=incident.due | {"offer"})
        await unit.incidents.save(
            incident.changed(now), Event(incident.id, now, KINDS[state], _words(proposal.plan.action, state, error))
        )
    return True


def _words(action: Action, state: ExecutionState, error: str) -> str:
    what = describe(action)
    match state:
        case "done":
            return f"Done: {what}; checking whether it helped"
        case "unknown":
            return f"Unknown whether this had its effect: {what} ({error}). Look at the target; it is not tried again"
        case _:
            return f"Failed: {what} ({error})"
