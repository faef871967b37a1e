"""Step 11: a person's click becomes a decision, in one transaction, before anybody is answered."""

from dataclasses import dataclass, replace

from actions.model import describe
from bot.domain import approval
from bot.domain.approval import Ruling
from bot.domain.incident import Incident
from bot.domain.people import Answer, Click, Person
from bot.domain.proposals import Proposal
from bot.domain.standing import Standing
from bot.domain.timeline import Event, EventKind
from bot.domain.words import until_time
from bot.flow.claim import claim
from bot.flow.gate import Gate
from bot.flow.ids import fresh
from bot.flow.once import Deed, once, refused
from bot.ports import Clock
from bot.ports.store import Store, Unit

TOO_LATE = Ruling("refuse", "somebody else was faster, or the time ran out")


@dataclass(frozen=True, slots=True)
class Decide:
    """Judges clicks on proposals. Whatever the answer, it is recorded, and a replay gets the same one."""

    store: Store
    clock: Clock
    gate: Gate

    async def __call__(self, click: Click) -> Answer:
        """What the click came to; durable when this returns.

        Raises:
            StoreError: nothing was decided.
        """
        async with self.store.unit() as unit:
            proposal = await unit.ledger.proposal(click.subject)  # locked first, so that replays take turns
            before = await unit.deliveries.answered(click.id)
            if before is not None:
                return before
            answer = await self._judge(unit, click, proposal)
            await unit.deliveries.remember(click.id, answer)
            return answer

    async def reason(self, id_: str, person: Person, proposal_id: str, words: str) -> Answer:
        """Notes in the thread why somebody rejected a proposal; a replay gets the same answer."""

        async def work(unit: Unit) -> Deed:
            proposal = await unit.ledger.proposal(proposal_id)
            incident = await unit.incidents.get(proposal.incident_id) if proposal else None
            if incident is None or proposal is None or proposal.state != "rejected" or not words:
                return Deed("reason", proposal_id, refused("there is no such rejected proposal to give a reason for"))
            now, text = self.clock.now(), f"{person.words} on {describe(proposal.plan.action)}: {words[:500]}"
            await unit.incidents.save(incident.changed(now), Event(incident.id, now, "noted", text, person.identity))
            return Deed("reason", proposal_id, Answer("noted in the thread"))

        return await once(self.store, id_, person, work)

    async def _judge(self, unit: Unit, click: Click, proposal: Proposal | None) -> Answer:
        if proposal is None:
            return Answer("this proposal is not known here any more", accepted=False)
        incident = await unit.incidents.get(proposal.incident_id)
        assert incident is not None
        ruling = approval.judge(proposal, click, self.gate.policy, await unit.now())
        if ruling.verdict in {"approve", "second"}:
            ruling = await self._hindered(unit, incident, proposal) or ruling
        if ruling.verdict == "approve":
            if await self._approve(unit, incident, proposal, click):
                return Answer(ruling.words)
            ruling = TOO_LATE
        return await self._record(unit, incident, click, await self._settle(unit, proposal, click, ruling))

    async def _hindered(self, unit: Unit, incident: Incident, proposal: Proposal) -> Ruling | None:
        """Why not, though the person may: it has recovered, or nothing may be done to the target at this moment."""
        if not incident.firing:
            return Ruling("refuse", "this has already recovered; nothing needs to be done")
        reasons = await self.gate(unit, proposal.plan.action, proposal.undoes)
        return Ruling("refuse", f"not now: {'; '.join(reasons)}") if reasons else None

    async def _approve(self, unit: Unit, incident: Incident, proposal: Proposal, click: Click) -> bool:
        now, person, standing = self.clock.now(), click.person, fresh() if click.verb == "stand" else ""
        signed = approval.signed(proposal, person, now, standing)
        detail = {"surface": person.surface, "digest": click.digest}
        if click.verb != "stand":
            return await claim(unit, incident, signed, detail)
        assert proposal.standing_until is not None  # `judge` refused it otherwise
        action, until = proposal.plan.action, proposal.standing_until
        given = Standing(
            standing, action.verb, action.target, person.identity, person.words, now, until, action.replicas, used=1
        )
        text = f"{person.words} approved every {action.verb} of {action.target.service} until {self._clock(until)}"
        event = Event(incident.id, now, "granted", text, person.identity)
        if not await claim(unit, incident, signed, detail, event):
            return False
        await unit.standings.give(given)
        await unit.audit.record(person.identity, "grant", given.id, verb=action.verb, until=until)
        return True

    async def _settle(self, unit: Unit, proposal: Proposal, click: Click, ruling: Ruling) -> Ruling:
        """Stores a first yes or a no; somebody may have been faster, and then the ruling is a refusal."""
        now, won = self.clock.now(), True
        match ruling.verdict:
            case "second":
                won = await unit.ledger.settle(approval.signed(proposal, click.person, now), "pending")
            case "reject":
                done = replace(proposal, decided_at=now, decided_by=click.person.words)
                won = await unit.ledger.settle(done, "rejected")
            case _:
                pass
        return ruling if won else TOO_LATE

    async def _record(self, unit: Unit, incident: Incident, click: Click, ruling: Ruling) -> Answer:
        detail = {"surface": click.person.surface, "digest": click.digest, "words": ruling.words}
        await unit.audit.record(click.person.identity, ruling.verdict, click.subject, **detail)
        kinds: dict[str, EventKind] = {"second": "second", "reject": "rejected"}
        text = f"{ruling.words[:1].upper()}{ruling.words[1:]}"
        now = self.clock.now()
        event = Event(incident.id, now, kinds.get(ruling.verdict, "refused"), text, click.person.identity)
        await unit.incidents.save(incident.changed(now), event)
        return Answer(ruling.words, accepted=ruling.verdict != "refuse")

    def _clock(self, at: float) -> str:
        return until_time(at, self.gate.policy.calendar.zone)
