"""Step 12: run what was approved, once."""

import asyncio
from dataclasses import dataclass, replace

from actions import guard
from actions.model import Action, ActuatorError, DriftedError, describe
from bot.domain import approval
from bot.domain.approval import ApprovedProposal
from bot.domain.execution import Execution, ExecutionState
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event, EventKind
from bot.flow.fleet import Fleet
from bot.flow.gate import Gate
from bot.flow.lapse import lapse
from bot.ports import Clock
from bot.ports.store import Store, Unit

LOOK_TIME = 8.0
RUN_TIME = 40.0
"""Seconds that the last look and the run may take. A lease is longer, so a run that was cut off is over by its end."""

LEASE = 50.0

KINDS: dict[ExecutionState, EventKind] = {"done": "executed", "failed": "failed", "unknown": "unknown"}


@dataclass(frozen=True, slots=True)
class Execute:
    """Takes queued executions and runs them against their targets, if they still may be run."""

    store: Store
    clock: Clock
    fleet: Fleet
    gate: Gate

    async def __call__(self) -> int:
        """How many executions were run."""
        async with self.store.read() as unit:
            queued = await unit.ledger.queued()
        return sum([await self._take(execution) for execution in queued])

    async def _take(self, execution: Execution) -> bool:
        async with self.store.unit() as unit:
            await unit.ledger.exclusive()  # of two on one target the second shall see that the first has begun
            begun = await unit.ledger.begin(execution, LEASE)
            if begun is None:
                return False
            proposal = await unit.ledger.proposal(begun.proposal_id)
            incident = await unit.incidents.get(begun.incident_id)
            assert proposal is not None
            assert incident is not None
            hindrances = await self._hindrances(unit, proposal, begun)
            await unit.audit.record("steward", "begin", begun.id, fence=begun.fence, digest=proposal.digest)
            text = f"About to {describe(proposal.plan.action)}"
            await unit.incidents.save(
                incident.changed(self.clock.now()), Event(incident.id, self.clock.now(), "executing", text)
            )
        hindrances = hindrances or await self._unfit(proposal.plan.action)
        state, error = _nothing("; ".join(hindrances)) if hindrances else await self._run_allowed(proposal, begun)
        await conclude(self.store, self.clock, begun, state, error)
        return True

    async def _hindrances(self, unit: Unit, proposal: Proposal, begun: Execution) -> tuple[str, ...]:
        """What has come between the approval and now."""
        waiting = [one.id for one in await unit.ledger.queued()]  # those look for themselves when it is their turn
        reasons = await self.gate(unit, proposal.plan.action, begun.id, proposal.undoes, *waiting)
        for yes in proposal.approvals:
            given = await unit.standings.get(yes.standing) if yes.standing else None
            if given is not None and given.ended:
                reasons += (f"its standing approval was {given.ended}",)
        return reasons

    async def _unfit(self, action: Action) -> tuple[str, ...]:
        """A last look at the target: whether its service still runs there, and bears the action."""
        service = action.target.service
        if self.fleet.targets.get(service) != action.target:
            return (f"{service} has another target in the config by now",)
        try:
            async with asyncio.timeout(LOOK_TIME):
                state = await self.fleet.state(service)
        except ActuatorError as error:
            return (str(error),)
        except TimeoutError:
            return (f"the target of {service} did not answer within {LOOK_TIME:.0f} s",)
        return guard.fits(action, self.gate.policy.limits_of(service), state)

    async def _last_word(self, begun: Execution) -> tuple[str, float]:
        """What came up during the look, and the store's time: a whole lease begins here, for the run alone.

        A process that was paused may wake up after another one has taken over: then it is not ours to run any more.
        """
        async with self.store.unit() as unit:
            stop, now = await unit.ledger.stopped(), await unit.now()
            if not await unit.ledger.renew(begun, LEASE):
                return "its process was paused for longer than its lease", now
        return stop.sentence if stop else "", now

    async def _run_allowed(self, proposal: Proposal, begun: Execution) -> tuple[ExecutionState, str]:
        hindrance, now = await self._last_word(begun)
        if hindrance:
            return _nothing(hindrance)
        try:
            return await self._run(approval.approved(proposal, self.gate.policy, begun, now))
        except PermissionError as error:
            return _nothing(str(error))

    async def _run(self, allowed: ApprovedProposal) -> tuple[ExecutionState, str]:
        plan = allowed.proposal.plan
        try:
            async with asyncio.timeout(RUN_TIME):
                await self.fleet.actuator_of(plan.action.target).run(plan, allowed.execution_id)
        except DriftedError as error:
            return _nothing(str(error))
        except ActuatorError as error:
            return ("failed" if error.effect == "none" else "unknown"), str(error)
        except TimeoutError:
            return "unknown", f"the target did not answer within {RUN_TIME:.0f} s"
        return "done", ""


def _nothing(why: str) -> tuple[ExecutionState, str]:
    return "failed", f"nothing was done: {why}"


async def conclude(store: Store, clock: Clock, execution: Execution, state: ExecutionState, error: str) -> bool:
    """Writes the end of a run; False when its fence is stale: then the end is only told, for another has judged it."""
    async with store.unit() as unit:
        now, kept = clock.now(), await unit.ledger.finish(execution, state, error)
        incident = await unit.incidents.get(execution.incident_id)
        proposal = await unit.ledger.proposal(execution.proposal_id)
        assert incident is not None
        assert proposal is not None
        if not kept:
            await unit.audit.record("steward", "late", execution.id, fence=execution.fence, state=state, error=error)
            text = f"A run that was given up came to its end after all, {state}: {describe(proposal.plan.action)}"
            await unit.incidents.save(incident.changed(now), Event(incident.id, now, "late", text))
            return False
        ended = [] if state == "done" else await lapse(unit, proposal, "did not run as it should", now)
        await unit.audit.record("steward", state, execution.id, fence=execution.fence, error=error)
        if incident.state == "acting":
            incident = incident.move("verifying" if state == "done" else "open", now)
        if state == "failed" and incident.firing:  # nothing was done, so there is still something to offer
            incident = replace(incident, due=incident.due | {"offer"})
        told = Event(incident.id, now, KINDS[state], _words(proposal.plan.action, state, error))
        await unit.incidents.save(incident.changed(now), told, *ended)
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
