"""What people do with an incident: look after it, end it, say what they think of it."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.domain import tuning
from bot.domain.incident import Ack, Incident, Verdict
from bot.domain.people import Answer, Person
from bot.domain.timeline import Event
from bot.domain.words import duration
from bot.flow.once import Deed, once, refused
from bot.flow.withdraw import withdraw
from bot.ports import Clock
from bot.ports.store import Store, Unit

Wish = Literal["ack", "resolve", "harmless", "helpful", "wrong"]
WORDS: dict[Verdict, str] = {
    "harmless": "says that this is not a problem",
    "helpful": "says that this was helpful",
    "wrong": "says that the cause is wrong",
}


@dataclass(frozen=True, slots=True)
class Attend:
    """Fulfils wishes about one incident. Everybody who reads it may have them: none acts on a target."""

    store: Store
    clock: Clock

    async def __call__(self, id_: str, person: Person, wish: Wish, incident_id: str) -> Answer:
        """What came of it; a replay gets the same answer.

        Args:
            id_: names the click or command.
            person: who asks.
            wish: ack: somebody looks after it. resolve: it is over. The others are verdicts.
            incident_id: the beginning of its id is enough.
        """

        async def work(unit: Unit) -> Deed:
            dossier = await unit.incidents.dossier(incident_id)
            held = await unit.incidents.get(dossier.incident.id) if dossier else None
            if held is None:
                return Deed(wish, incident_id, refused(f"no single incident begins with {incident_id[:20]!r}"))
            return Deed(wish, held.id, await self._do(unit, held, person, wish))

        return await once(self.store, id_, person, work)

    async def _do(self, unit: Unit, one: Incident, person: Person, wish: Wish) -> Answer:
        match wish:
            case "ack":
                return await self._ack(unit, one, person)
            case "resolve":
                return await self._resolve(unit, one, person, f"{person.words} resolved it")
            case _:
                return await self._judge(unit, one, person, wish)

    async def _ack(self, unit: Unit, one: Incident, person: Person) -> Answer:
        if one.ack is not None:
            return refused(f"{one.ack.words} looks after it already")
        if one.state == "resolved":
            return refused("it is over already")
        now, text = self.clock.now(), f"{person.words} looks after it"
        held = replace(one, ack=Ack(person.identity, person.words, now)).changed(now)
        await unit.incidents.save(held, Event(one.id, now, "acked", text, person.identity))
        return Answer(text)

    async def _resolve(self, unit: Unit, one: Incident, person: Person, why: str) -> Answer:
        if one.state in {"resolved", "acting"}:
            over = one.state == "resolved"
            return refused("it is over already" if over else "an action is running: wait for its end")
        now = self.clock.now()
        _, events = await withdraw(unit, one.id, why, now)
        still = f", although {len(one.firing)} of its signals still fire" if one.firing else ""
        text = f"{why}{still}, after {duration(now - one.onset)}"
        await unit.incidents.save(
            replace(one.move("resolved", now), due=frozenset()),
            *events,
            Event(one.id, now, "resolved", text, person.identity),
        )
        return Answer(text)

    async def _judge(self, unit: Unit, one: Incident, person: Person, verdict: Verdict) -> Answer:
        if one.verdicts.get(person.identity) == verdict:
            return refused("you have said so already")
        now, text = self.clock.now(), f"{person.words} {WORDS[verdict]}"
        judged = replace(one, verdicts={**one.verdicts, person.identity: verdict}).changed(now)
        await unit.incidents.save(judged, Event(one.id, now, "judged", text, person.identity))
        await unit.votes.cast(tuning.votes(one, person.identity, person.words, verdict, now))
        if verdict == "harmless" and judged.state in {"open", "verifying"}:
            return await self._resolve(unit, judged, person, text)
        return Answer(text)
