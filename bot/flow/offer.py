"""Step 9: turn the best suspect into proposals, each with its guard's word and its dry run."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from actions import guard
from actions.guard import Recent
from actions.model import ActuatorError, State, describe
from bot.domain import learning, proposals
from bot.domain.approval import Policy
from bot.domain.charts import load_of
from bot.domain.diagnosis import INCONCLUSIVE
from bot.domain.execution import Execution, Outcome
from bot.domain.incident import Incident
from bot.domain.proposals import Case, Proposal
from bot.domain.proposals import Offer as Idea
from bot.domain.timeline import Event
from bot.domain.undo import Undo, undo
from bot.flow.fleet import PATIENCE, Fleet
from bot.flow.ids import fresh
from bot.flow.withdraw import withdraw
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class _Known:
    """What was done in the past hour, and everything that came of actions so far."""

    executed: Sequence[tuple[Execution, Proposal]]
    outcomes: Sequence[Outcome]

    @property
    def recent(self) -> list[Recent]:
        """For the guard: a failed execution did nothing and does not count."""
        return [
            Recent(proposal.plan.action.target, done.created_at, done.state in {"queued", "running"})
            for done, proposal in self.executed
            if done.state != "failed"
        ]

    def without(self, execution_id: str) -> "_Known":
        """The same as if an execution had not been: undoing it needs not wait for its cooldown."""
        return _Known([one for one in self.executed if one[0].id != execution_id], self.outcomes)


@dataclass(slots=True)
class _Found:
    """What a look gave: drafts, and words on what is not offered. `looked`: whether the target could be asked."""

    drafts: list[Proposal] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    looked: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """Offers what fits the cause, once the signals stopped coming for `calm` seconds."""

    store: Store
    clock: Clock
    fleet: Fleet
    policy: Policy
    calm: float = 30.0

    async def __call__(self) -> int:
        """How many incidents were given new proposals or found to need none."""
        async with self.store.read() as unit:
            due = await unit.incidents.due("offer")
        return sum([await self._consider(incident_id) for incident_id in due])

    async def _consider(self, incident_id: str) -> int:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
            charts = await unit.telemetry.charts(incident_id)
            known = _Known(
                await unit.ledger.executed_since(self.clock.now() - guard.HOUR), await unit.ledger.outcomes()
            )
        if dossier is None or not self._ripe(dossier.incident, self.clock.now()):
            return 0
        if dossier.incident.investigated_at < self._calm_since(dossier.incident):
            return await self._look_first(incident_id)
        incident, found = dossier.incident, _Found()
        best = incident.suspects[0] if incident.suspects else None
        if incident.state == "open" and incident.firing and best is not None and best.confidence >= INCONCLUSIVE:
            case = Case(best, incident.onset, load_of(charts, best.service))
            back = undo(dossier)
            ideas = await self._ideas(case, back, found)
            known = known.without(back.execution_id) if back else known
            for idea, state in ideas:
                drafted = await self._draft(incident, idea, state, known, found)
                found.drafts += [drafted] if drafted else []
        async with self.store.unit() as unit:
            await self._offer(unit, incident_id, found)
        return 1

    def _ripe(self, incident: Incident, now: float) -> bool:
        """Whether the picture is complete: a look at the cause is not due, and no signal came just now."""
        return "investigate" not in incident.due and now >= self._calm_since(incident)

    def _calm_since(self, incident: Incident) -> float:
        """When the last signal was long enough ago. What bears on the cause, traffic say, may have shown only since."""
        newest = max((signal.at for signal in incident.signals.values()), default=0.0)
        return max(newest, incident.opened_at) + self.calm

    async def _look_first(self, incident_id: str) -> int:
        async with self.store.unit() as unit:
            incident = await unit.incidents.get(incident_id)
            if incident is None or not incident.firing or incident.state != "open":
                return 0
            await unit.incidents.save(replace(incident, due=incident.due | {"investigate"}))
        return 1

    async def _ideas(self, case: Case, back: Undo | None, found: _Found) -> list[tuple[Idea, State]]:
        """What could be done, best first, each with its target's state: the way back first, if things got worse."""
        undoing = await self._with_state(back.offer.action.target.service, [back.offer], found) if back else []
        if back and back.first:
            return undoing
        service = case.suspect.service
        target, limits = self.fleet.targets.get(service), self.fleet.limits_of(service)
        state = await self._state(service, found)
        if target is None or state is None:
            return undoing
        cures = [(idea, state) for idea in proposals.propose(case, target, state, limits)]
        return [*cures, *undoing]

    async def _with_state(self, service: str, ideas: list[Idea], found: _Found) -> list[tuple[Idea, State]]:
        state = await self._state(service, found)
        return [(idea, state) for idea in ideas] if state is not None else []

    async def _state(self, service: str, found: _Found) -> State | None:
        try:
            return await self.fleet.state(service)
        except ActuatorError as error:
            found.looked = False
            found.words.append(f"Nothing to offer: {error}")
            return None

    async def _draft(
        self, incident: Incident, idea: Idea, state: State, known: _Known, found: _Found
    ) -> Proposal | None:
        """The proposal as it would be; its time begins when it is offered."""
        action, now = idea.action, self.clock.now()
        try:
            async with asyncio.timeout(PATIENCE):
                plan = await self.fleet.actuator_of(action.target).plan(action)
        except (ActuatorError, TimeoutError) as error:
            found.words.append(f"Cannot {describe(action)}: {str(error) or 'the dry run took too long'}")
            return None
        refusals = guard.check(plan, self.fleet.limits_of(action.target.service), state, known.recent, now)
        if refusals:
            found.words.append(f"Not offered, {describe(action)}: {'; '.join(refusals)}")
            return None
        prior = learning.fold(known.outcomes, learning.signature(incident), learning.kind(incident), action.verb)
        return Proposal(
            id=fresh(),
            incident_id=incident.id,
            plan=plan,
            digest=plan.digest,
            reason=idea.reason,
            risk=guard.risk(plan, state),
            prior=prior.words,
            reach=proposals.reach(action, state, self.fleet.topology.callers(action.target.service)),
            created_at=now,
            expires_at=now,
        )

    async def _offer(self, unit: Unit, incident_id: str, found: _Found) -> None:
        now = self.clock.now()
        incident = await unit.incidents.get(incident_id)
        if incident is None or "investigate" in incident.due or "offer" not in incident.due:
            return
        kept, events = set[str](), list[Event]()
        if found.looked or incident.state != "open":
            fits = {draft.digest for draft in found.drafts}
            why = "the target or the cause has changed" if incident.firing else "nothing is abnormal any more"
            kept, events = await withdraw(unit, incident_id, why, now, fits)
        for draft in found.drafts if incident.state == "open" else ():
            if draft.digest in kept:
                continue
            expires_at = await unit.now() + self.policy.expires_after
            await unit.ledger.offer(replace(draft, expires_at=expires_at))
            await unit.audit.record("steward", "propose", draft.id, digest=draft.digest, incident=incident_id)
            text = f"Proposal: {describe(draft.plan.action)}. {draft.reason}"
            events.append(Event(incident_id, now, "proposed", text))
        said = {event.text for event in await unit.incidents.events(incident_id)}
        events += [Event(incident_id, now, "refused", line) for line in found.words if line not in said]
        after = incident.done("offer")
        await unit.incidents.save(after.changed(now) if events else after, *events)
