"""Standing approvals at work: a proposal that one covers is approved in the name of the person who gave it."""

from dataclasses import dataclass

from bot.domain import approval, standing
from bot.domain.people import Answer, Click
from bot.domain.proposals import Proposal
from bot.domain.standing import Standing
from bot.flow.claim import claim
from bot.flow.gate import Gate
from bot.ports import Clock
from bot.ports.store import Store, Unit


class _TooLateError(Exception):
    """The time of the standing approval or of the proposal ran out: the unit is rolled back."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Approves pending proposals that a standing approval covers, by the policy of now."""

    store: Store
    clock: Clock
    gate: Gate

    async def __call__(self) -> int:
        """How many were approved."""
        async with self.store.read() as unit:
            valid = await unit.standings.valid()
            pending = await unit.ledger.pending() if valid else ()
        for one in valid:
            if standing.lapsed(one, self.gate.policy):
                await self._end(one)
        first: dict[str, Proposal] = {}
        for proposal in sorted(pending, key=lambda one: one.place):  # a person decides whether the second best will do
            first.setdefault(proposal.incident_id, proposal)
        return sum([await self._consider(proposal) for proposal in first.values()])

    async def _end(self, given: Standing) -> None:
        async with self.store.unit() as unit:
            if await unit.standings.end(given.id, "ended: its giver may not approve this any more"):
                await unit.audit.record("steward", "end", given.id, why="not an approver any more")

    async def _consider(self, seen: Proposal) -> bool:
        try:
            async with self.store.unit() as unit:
                return await self._approve(unit, seen)
        except _TooLateError:
            return False

    async def _approve(self, unit: Unit, seen: Proposal) -> bool:
        proposal = await unit.ledger.proposal(seen.id)
        incident = await unit.incidents.get(seen.incident_id)
        if proposal is None or incident is None or not incident.firing or incident.state != "open":
            return False
        given = await self._covering(unit, proposal)
        if given is None or await self.gate(unit, proposal.plan.action, proposal.undoes):
            return False
        signed = approval.signed_before(proposal, given, self.clock.now())
        detail = {"standing": given.id, "digest": approval.token(proposal.digest)}
        if not (await unit.standings.use(given.id) and await claim(unit, incident, signed, detail)):
            raise _TooLateError  # one of the two alone would be a use without an action, or the other way round
        return True

    async def _covering(self, unit: Unit, proposal: Proposal) -> Standing | None:
        now, policy = await unit.now(), self.gate.policy
        if proposal.state != "pending" or proposal.approvals or proposal.digest != policy.seal(proposal.plan):
            return None
        for one in await unit.standings.valid():
            held = await unit.standings.get(one.id)  # locked: whoever ends it now waits, or was first
            if held is not None and standing.covers(held, proposal, policy, now):
                return held
        return None


@dataclass(frozen=True, slots=True)
class Revoke:
    """Ends a standing approval by a click. Whoever may approve anything may end any: that only makes it safer."""

    store: Store
    gate: Gate

    async def __call__(self, click: Click) -> Answer:
        """What the click came to; a replay gets the same answer."""
        async with self.store.unit() as unit:
            held = await unit.standings.get(click.subject)
            before = await unit.deliveries.answered(click.id)
            if before is not None:
                return before
            answer = await self._end(unit, click, held)
            await unit.audit.record(
                click.person.identity, "revoke" if answer.accepted else "refuse", click.subject[:40], words=answer.text
            )
            await unit.deliveries.remember(click.id, answer)
            return answer

    async def _end(self, unit: Unit, click: Click, held: Standing | None) -> Answer:
        person = click.person
        if person.identity not in self.gate.policy.everyone:
            return Answer(f"{person.words} may not decide here: ask an approver", accepted=False)
        if held is None:
            return Answer("this standing approval is not known here", accepted=False)
        if not await unit.standings.end(held.id, f"revoked by {person.words}"):
            return Answer(f"it holds no more: {held.ended or 'its time is over'}", accepted=False)
        return Answer(f"{held.words} no longer approves every {held.verb} of {held.target.service} in advance")
