"""Step 9: turn the best suspect into proposals, each with its guard's word and its dry run."""

import asyncio
from dataclasses import dataclass, replace

from actions import guard
from actions.guard import Recent
from actions.model import ActuatorError, State, describe
from bot.domain import learning, proposals
from bot.domain.approval import Policy
from bot.domain.charts import load_of
from bot.domain.diagnosis import INCONCLUSIVE
from bot.domain.incident import Incident
from bot.domain.proposals import Offer as Idea
from bot.domain.proposals import Proposal
from bot.domain.suspects import Suspect
from bot.domain.timeline import Event
from bot.flow.fleet import PATIENCE, Fleet
from bot.flow.ids import fresh
from bot.flow.withdraw import withdraw
from bot.ports import Clock
from bot.ports.store import Store, Unit


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
        now = self.clock.now()
        async with self.store.read() as unit:
            incident = await unit.incidents.get(incident_id)
            charts = await unit.telemetry.charts(incident_id)
            recent = await unit.ledger.executed_since(now - guard.HOUR)
            outcomes = await unit.ledger.outcomes()
        if incident is None or not self._ripe(incident, now):
            return 0
        drafts: list[Proposal] = []
        words: list[str] = []
        best = incident.suspects[0] if incident.suspects else None
        if incident.state == "open" and best is not None and best.confidence >= INCONCLUSIVE:
            past = [
                Recent(proposal.plan.action.target, done.created_at, done.state in {"queued", "running"})
                for done, proposal in recent
            ]
            for idea, state in await self._ideas(best, load_of(charts, best.service), words):
                prior = learning.fold(outcomes, learning.signature(incident), learning.kind(incident), idea.action.verb)
                drafted = await self._draft(incident, idea, state, past, words)
                drafts += [replace(drafted, prior=prior.words)] if drafted else []
        async with self.store.unit() as unit:
            await self._offer(unit, incident_id, drafts, words)
        return 1

    def _ripe(self, incident: Incident, now: float) -> bool:
        """Whether the picture is complete: a look at the cause is not due, and no signal came just now."""
        newest = max((signal.at for signal in incident.signals.values()), default=0.0)
        return "investigate" not in incident.due and now - max(newest, incident.opened_at) >= self.calm

    async def _ideas(self, suspect: Suspect, load: float, words: list[str]) -> list[tuple[Idea, State]]:
        service = suspect.service
        try:
            state = await self.fleet.state(service)
        except ActuatorError as error:
            words.append(f"Nothing to offer: {error}")
            return []
        target, limits = self.fleet.targets[service], self.fleet.limits_of(service)
        return [(idea, state) for idea in proposals.propose(suspect, target, state, limits, load)]

    async def _draft(
        self, incident: Incident, idea: Idea, state: State, recent: list[Recent], words: list[str]
    ) -> Proposal | None:
        action = idea.action
        now = self.clock.now()
        try:
            async with asyncio.timeout(PATIENCE):
                plan = await self.fleet.actuator_of(action.target).plan(action)
        except (ActuatorError, TimeoutError) as error:
            words.append(f"Cannot {describe(action)}: {str(error) or 'the dry run took too long'}")
            return None
        refusals = guard.check(plan, self.fleet.limits_of(action.target.service), state, recent, now)
        if refusals:
            words.append(f"Not offered, {describe(action)}: {'; '.join(refusals)}")
            return None
        return Proposal(
            id=fresh(),
            incident_id=incident.id,
            plan=plan,
            digest=plan.digest,
            reason=idea.reason,
            risk=guard.risk(plan, state),
            prior="",
            created_at=now,
            expires_at=now + self.policy.expires_after,
        )

    async def _offer(self, unit: Unit, incident_id: str, drafts: list[Proposal], words: list[str]) -> None:
        now = self.clock.now()
        incident = await unit.incidents.get(incident_id)
        if incident is None or "investigate" in incident.due or "offer" not in incident.due:
            return
        kept = await withdraw(unit, incident_id, "another proposal fits better", {draft.digest for draft in drafts})
        events = []
        for draft in drafts:
            if draft.digest in kept:
                continue
            await unit.ledger.offer(draft)
            await unit.ledger.record("steward", "propose", draft.id, digest=draft.digest, incident=incident_id)
            text = f"Proposal: {describe(draft.plan.action)}. {draft.reason}"
            events.append(Event(incident_id, now, "proposed", text))
        said = {event.text for event in await unit.incidents.events(incident_id)}
        events += [Event(incident_id, now, "refused", line) for line in words if line not in said]
        after = incident.done("offer")
        await unit.incidents.save(after.changed(now) if events else replace(after, updated_at=now), *events)
