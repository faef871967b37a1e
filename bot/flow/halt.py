"""The switch: stops every action at once, and lets them run again."""

from dataclasses import dataclass, replace

from bot.domain.halt import Stop
from bot.domain.incident import Step
from bot.domain.people import Answer, Person
from bot.domain.policy import Policy
from bot.domain.timeline import Event, EventKind
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Halt:
    """Turns the switch for somebody who may approve anything. A run that has begun is not cut off: it is told of."""

    store: Store
    clock: Clock
    policy: Policy

    async def __call__(self, id_: str, person: Person, stop: bool, reason: str = "") -> Answer:
        """What came of it; durable when this returns, and a replay gets the same answer.

        Args:
            id_: names this click or command.
            person: who asks.
            stop: stop all actions, or let them run again.
            reason: the person's words, if any.
        """
        async with self.store.unit() as unit:
            await unit.ledger.exclusive()  # nothing begins while the switch is turned
            before = await unit.deliveries.answered(id_)
            if before is not None:
                return before
            answer = await self._turn(unit, person, stop, reason[:200])
            what = ("stop" if stop else "go") if answer.accepted else "refuse"
            await unit.audit.record(person.identity, what, "actions", reason=reason[:200], words=answer.text)
            await unit.deliveries.remember(id_, answer)
            return answer

    async def _turn(self, unit: Unit, person: Person, stop: bool, reason: str) -> Answer:
        if person.identity not in self.policy.everyone:
            return Answer(f"{person.words} may not decide here: ask an approver", accepted=False)
        now = self.clock.now()
        if not await unit.ledger.turn(Stop(person.identity, person.words, now, reason) if stop else None):
            return Answer("all actions are stopped already" if stop else "actions are not stopped", accepted=False)
        words = f"All actions are stopped by {person.words}" if stop else f"{person.words} lets actions run again"
        words += f": {reason}" if reason else ""
        await self._tell(unit, "stopped" if stop else "resumed", words, person.identity)
        under_way = [one for one, _ in await unit.ledger.executed_since(now - 3600.0) if one.state == "running"]
        also = f"; {len(under_way)} that had begun cannot be called back" if stop and under_way else ""
        return Answer(words[:1].lower() + words[1:] + also if stop else words)

    async def _tell(self, unit: Unit, kind: EventKind, words: str, identity: str) -> None:
        """Says it in the thread of every open incident, and has each looked at again for what it offers."""
        now = self.clock.now()
        await unit.incidents.exclusive()  # who files signals holds several incidents too: nobody waits in a circle
        for seen in await unit.incidents.live(now):
            incident = await unit.incidents.get(seen.id)
            if incident is None or incident.state == "resolved":
                continue
            again: frozenset[Step] = frozenset({"offer"} if incident.state == "open" else ())
            event = Event(incident.id, now, kind, words, identity)
            await unit.incidents.save(replace(incident, due=incident.due | again).changed(now), event)
