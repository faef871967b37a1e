"""Step 11: a person's click becomes a decision, in one transaction, before anybody is answered."""

from dataclasses import dataclass, replace

from bot.domain import approval
from bot.domain.approval import Policy, Ruling
from bot.domain.execution import Execution
from bot.domain.incident import Incident
from bot.domain.people import Answer, Click
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event, EventKind
from bot.flow.ids import fresh
from bot.flow.withdraw import withdraw
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Decide:
    """Judges clicks on proposals. Whatever the answer, it is recorded, and a replay gets the same one."""

    store: Store
    clock: Clock
    policy: Policy

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

    async def _judge(self, unit: Unit, click: Click, proposal: Proposal | None) -> Answer:
        if proposal is None:
            return Answer("this proposal is not known here any more", accepted=False)
        incident = await unit.incidents.get(proposal.incident_id)
        assert incident is not None
        ruling = approval.judge(proposal, click, self.policy, await unit.now())
        if ruling.verdict in {"approve", "second"} and not incident.firing:
            ruling = Ruling("refuse", "this has already recovered; nothing needs to be done")
        ruling = await self._settle(unit, proposal, click, ruling)
        detail = {"surface": click.person.surface, "digest": click.digest, "words": ruling.words}
        await unit.audit.record(click.person.identity, ruling.verdict, proposal.id, **detail)
        after, event = self._told(incident, click, ruling)
        withdrawn: list[Event] = []
        if ruling.verdict == "approve":
            _, withdrawn = await withdraw(unit, incident.id, "another one was approved", event.at)
        await unit.incidents.save(after, event, *withdrawn)
        return Answer(ruling.words, accepted=ruling.verdict != "refuse")

    async def _settle(self, unit: Unit, proposal: Proposal, click: Click, ruling: Ruling) -> Ruling:
        """Does what the ruling says; somebody may have been faster, and then the ruling is a refusal."""
        now = self.clock.now()
        signed = approval.signed(proposal, click.person, now)
        won = True
        match ruling.verdict:
            case "approve":
                execution = Execution(fresh(), proposal.id, proposal.incident_id, "queued", now)
                done = replace(signed, decided_at=now, decided_by=click.person.words)
                won = await unit.ledger.claim(done, execution)
            case "second":
                won = await unit.ledger.settle(signed, "pending")
            case "reject":
                done = replace(proposal, decided_at=now, decided_by=click.person.words)
                won = await unit.ledger.settle(done, "rejected")
            case "refuse":
                pass
        return ruling if won else Ruling("refuse", "somebody else was faster, or the time ran out")

    def _told(self, incident: Incident, click: Click, ruling: Ruling) -> tuple[Incident, Event]:
        now = self.clock.now()
        kinds: dict[str, EventKind] = {"approve": "approved", "second": "second", "reject": "rejected"}
        kind = kinds.get(ruling.verdict, "refused")
        text = f"{ruling.words[:1].upper()}{ruling.words[1:]}"
        event = Event(incident.id, now, kind, text, click.person.identity)
        if ruling.verdict == "approve" and incident.state == "open":
            return incident.move("acting", now), event
        return incident.changed(now), event
