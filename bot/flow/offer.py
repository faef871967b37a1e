"""Step 9: turn the best suspect into proposals, each with its guard's word and its dry run."""

import asyncio
from dataclasses import dataclass, field, replace

from actions import guard
from actions.model import ActuatorError, State, describe
from bot.domain import learning, proposals, standing
from bot.domain.charts import load_of
from bot.domain.diagnosis import INCONCLUSIVE
from bot.domain.incident import Incident
from bot.domain.learning import Lessons
from bot.domain.proposals import Case, Proposal
from bot.domain.timeline import Event
from bot.domain.undo import Undo, undo
from bot.flow.fleet import PATIENCE, Fleet
from bot.flow.gate import Gate
from bot.flow.ids import fresh
from bot.flow.withdraw import withdraw
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class _Idea:
    """What could be done, the target's state, and the execution that it is the way back from, if it is one."""

    offer: proposals.Offer
    state: State
    undoes: str = ""


@dataclass(slots=True)
class _Found:
    """What a look gave: drafts with how promising each is, and words on what is not offered.

    looked: whether the target could be asked. barred: something would fit, but must not be done now.
    """

    drafts: list[tuple[float, Proposal]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    looked: bool = True
    barred: bool = False

    @property
    def ranked(self) -> list[Proposal]:
        """The drafts, the most promising first; equals in the order of the rules."""
        ranked = sorted(self.drafts, key=lambda one: -one[0])
        return [replace(draft, place=place) for place, (_, draft) in enumerate(ranked)]


@dataclass(frozen=True, slots=True)
class Offer:
    """Offers what fits the cause, once the signals stopped coming for `calm` seconds."""

    store: Store
    clock: Clock
    fleet: Fleet
    gate: Gate
    calm: float = 30.0

    async def __call__(self) -> int:
        """How many incidents were given new proposals or found to need none."""
        async with self.store.read() as unit:
            due = await unit.incidents.due("offer")
        return sum([await self._consider(incident_id) for incident_id in due])

    async def _consider(self, incident_id: str) -> int:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
        if dossier is None or not self._ripe(dossier.incident, self.clock.now()):
            return 0
        if dossier.incident.investigated_at < self._calm_since(dossier.incident):
            return await self._look_first(incident_id)
        incident, found = dossier.incident, _Found()
        best = incident.suspects[0] if incident.suspects else None
        if incident.state == "open" and incident.firing and best is not None and best.confidence >= INCONCLUSIVE:
            async with self.store.read() as unit:
                charts = await unit.telemetry.charts(incident_id)
                lessons = Lessons(await unit.ledger.outcomes(), await unit.ledger.courses())
            case = Case(best, incident.onset, load_of(charts, best.service), _node(incident, best.service))
            for idea in await self._ideas(case, undo(dossier), found):
                mine = idea if idea.undoes else replace(idea, offer=proposals.wished(idea.offer, incident.replicas))
                await self._draft(incident, mine, lessons, found)
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

    async def _ideas(self, case: Case, back: Undo | None, found: _Found) -> list[_Idea]:
        """What could be done, best first: the way back alone, if things got worse."""
        undoing = []
        if back and self.fleet.targets.get(back.offer.action.target.service) == back.offer.action.target:
            there = await self._state(back.offer.action.target.service, found)
            undoing = [_Idea(back.offer, there, back.execution_id)] if there is not None else []
            if back.first:
                return undoing
        service = case.suspect.service
        target, limits = self.fleet.targets.get(service), self.gate.policy.limits_of(service)
        state = await self._state(service, found)
        if target is None or state is None:
            return undoing
        return [*(_Idea(cure, state) for cure in proposals.propose(case, target, state, limits)), *undoing]

    async def _state(self, service: str, found: _Found) -> State | None:
        try:
            return await self.fleet.state(service)
        except ActuatorError as error:
            found.looked = service not in self.fleet.targets  # without a target there is nothing to look at
            found.words.append(f"Nothing to offer: {error}")
            return None

    async def _draft(self, incident: Incident, idea: _Idea, lessons: Lessons, found: _Found) -> None:
        """Adds the proposal as it would be; its time begins when it is offered."""
        action, state, policy = idea.offer.action, idea.state, self.gate.policy
        try:
            async with asyncio.timeout(PATIENCE):
                plan = await self.fleet.actuator_of(action.target).plan(action)
        except (ActuatorError, TimeoutError) as error:
            found.words.append(f"Cannot {describe(action)}: {str(error) or 'the dry run took too long'}")
            return
        refusals = guard.fits(action, policy.limits_of(action.target.service), state)
        async with self.store.read() as unit:
            refusals += await self.gate(unit, action, idea.undoes)
        if refusals:
            found.barred = True
            found.words.append(f"Not offered, {describe(action)}: {'; '.join(refusals)}")
            return
        prior = learning.fold(lessons, learning.signature(incident), learning.kind(incident), action.verb)
        now = self.clock.now()
        draft = Proposal(
            id=fresh(),
            incident_id=incident.id,
            plan=plan,
            digest=policy.seal(plan),
            reason=idea.offer.reason,
            risk=guard.risk(plan, state),
            prior=prior.words,
            reach=proposals.reach(action, state, self.fleet.topology.callers(action.target.service)),
            created_at=now,
            expires_at=now,
            undoes=idea.undoes,
        )
        if standing.allowed(draft, policy):
            until = standing.ends(now, policy.standing_until, policy.calendar.zone)
            draft = replace(draft, standing_until=until)
        found.drafts.append((0.0 if idea.undoes else prior.bound, draft))  # the way back comes after the cures

    async def _offer(self, unit: Unit, incident_id: str, found: _Found) -> None:
        now = self.clock.now()
        incident = await unit.incidents.get(incident_id)
        if incident is None or "investigate" in incident.due or "offer" not in incident.due:
            return
        kept, events = set[str](), list[Event]()
        if found.looked or incident.state != "open":
            fits = {draft.digest for _, draft in found.drafts}
            kept, events = await withdraw(unit, incident_id, _why(incident, found), now, fits)
        before = await unit.ledger.of_incident(incident_id)
        settled = kept | {one.digest for one in before if one.state == "rejected"}  # a no is a no
        for draft in found.ranked if incident.state == "open" else ():
            if draft.digest in settled:
                continue
            expires_at = await unit.now() + self.gate.policy.expires_after
            await unit.ledger.offer(replace(draft, expires_at=expires_at))
            await unit.audit.record("steward", "propose", draft.id, digest=draft.digest, incident=incident_id)
            text = f"Proposal: {describe(draft.plan.action)}. {draft.reason}"
            events.append(Event(incident_id, now, "proposed", text))
        said = {event.text for event in await unit.incidents.events(incident_id)}
        events += [Event(incident_id, now, "refused", line) for line in found.words if line not in said]
        after = incident.done("offer")
        await unit.incidents.save(after.changed(now) if events else after, *events)


def _node(incident: Incident, service: str) -> str:
    """The node that a service takes away from others; empty when it does not."""
    pieces = (piece for piece in incident.evidence if (piece.kind, piece.service) == ("neighbour", service))
    return next((piece.subject for piece in pieces), "")


def _why(incident: Incident, found: _Found) -> str:
    """Why what was offered is taken back."""
    if not incident.firing:
        return "nothing is abnormal any more"
    return "it must not be done now" if found.barred else "the target, the cause or the rules have changed"
