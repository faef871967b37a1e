"""Step 13: look again at the incident's own series, and say whether the action helped."""

from dataclasses import dataclass, replace

from actions.model import ActuatorError, State, Target
from bot.domain import execution as executions
from bot.domain import learning, verification
from bot.domain.dossier import Dossier
from bot.domain.execution import Execution, Outcome
from bot.domain.proposals import Proposal
from bot.domain.render import before_after
from bot.domain.timeline import Event
from bot.domain.verification import Look, Rules, Verdict
from bot.domain.words import duration
from bot.flow.fleet import Fleet
from bot.flow.lapse import lapse
from bot.flow.withdraw import withdraw
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Verify:
    """Judges executions that are done, as soon as the answer is sure or due."""

    store: Store
    clock: Clock
    fleet: Fleet
    rules: Rules

    async def __call__(self) -> int:
        """How many verdicts were reached."""
        async with self.store.read() as unit:
            waiting = await unit.ledger.unverified()
        return sum([await self._judge(execution) for execution in waiting])

    async def _judge(self, execution: Execution) -> bool:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(execution.incident_id)
            charts = await unit.telemetry.charts(execution.incident_id)
            now = await unit.now()
        if dossier is None:
            return False
        proposal = next(one for one in dossier.proposals if one.id == execution.proposal_id)
        look = Look(
            signals=tuple(dossier.incident.signals.values()),
            charts=charts,
            state=await self._state(proposal.plan.action.target),
            executed_at=execution.finished_at or now,
            now=now,
        )
        verdict = verification.judge(look, self.rules)
        if verdict.result is None:
            return False
        outcome = _outcome(dossier, execution, look, verdict)
        async with self.store.unit() as unit:
            await self._write(unit, outcome, proposal)
        return True

    async def _state(self, target: Target) -> State | None:
        """The state of what was acted on; None when it cannot be had, or the service has moved elsewhere since."""
        if self.fleet.targets.get(target.service) != target:
            return None
        try:
            return await self.fleet.state(target.service)
        except ActuatorError:
            return None

    async def _write(self, unit: Unit, outcome: Outcome, proposal: Proposal) -> None:
        if not await unit.ledger.judge(outcome):
            return
        now = outcome.at
        incident = await unit.incidents.get(outcome.incident_id)
        assert incident is not None
        ended = await lapse(unit, proposal, "made things worse", now) if outcome.result == "worse" else []
        await unit.audit.record("steward", outcome.result, outcome.execution_id, reason=outcome.reason)
        events = [Event(incident.id, now, "verified", _words(outcome)), *ended]
        if outcome.result == "recovered" and incident.state == "verifying":
            _, withdrawn = await withdraw(unit, incident.id, "it has recovered", now)
            events += withdrawn
            calm = {key: replace(signal, firing=False) for key, signal in incident.signals.items()}
            incident = replace(incident, signals=calm).move("resolved", now)
            events.append(Event(incident.id, now, "resolved", f"Resolved after {duration(now - incident.onset)}"))
        elif incident.state == "verifying":
            incident = incident.move("open", now)
            incident = replace(incident, due=incident.due | {"investigate"})
        await unit.incidents.save(incident.changed(now), *events)


def _outcome(dossier: Dossier, execution: Execution, look: Look, verdict: Verdict) -> Outcome:
    action = next(one for one in dossier.proposals if one.id == execution.proposal_id).plan.action
    assert verdict.result is not None
    return Outcome(
        execution_id=execution.id,
        incident_id=dossier.incident.id,
        service=action.target.service,
        verb=action.verb,
        signature=learning.signature(dossier.incident),
        kind=learning.kind(dossier.incident),
        result=verdict.result,
        reason=verdict.reason,
        at=look.now,
        took=look.now - look.executed_at,
        measures=verification.measures(look.signals, look.charts, action.target.service),
    )


def _words(outcome: Outcome) -> str:
    measured = "; ".join(before_after(measure) for measure in outcome.measures[:3])
    head = f"{executions.WORDS[outcome.result]} {duration(outcome.took)} after the action: {outcome.reason}"
    return f"{head}. {measured}" if measured else head
