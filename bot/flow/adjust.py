"""Another number of replicas than was offered: the old button goes, and one with a dry run of its own comes."""

from dataclasses import dataclass, replace

from bot.domain.incident import Incident
from bot.domain.people import Answer, Person
from bot.domain.policy import Policy
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event
from bot.flow.once import Deed, once, refused
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Adjust:
    """Notes what an approver wants a scaling to; `Offer` makes the proposal. Nothing is approved by this."""

    store: Store
    clock: Clock
    policy: Policy

    async def __call__(self, id_: str, person: Person, about: str, number: str) -> Answer:
        """What came of it; a replay gets the same answer. `about`: the incident; `number`: how many replicas."""

        async def work(unit: Unit) -> Deed:
            dossier = await unit.incidents.dossier(about)
            held = await unit.incidents.get(dossier.incident.id) if dossier else None
            if held is None or dossier is None:
                return Deed("adjust", about, refused(f"no single incident begins with {about[:20]!r}"))
            offered = [one for one in dossier.proposals if one.state == "pending" and one.plan.action.verb == "scale"]
            why = self._why_not(person, offered, number)
            if why:
                return Deed("adjust", held.id, refused(why))
            return Deed("adjust", held.id, await self._note(unit, held, person, int(number)), {"replicas": int(number)})

        return await once(self.store, id_, person, work)

    def _why_not(self, person: Person, offered: list[Proposal], number: str) -> str:
        if person.identity not in self.policy.everyone:
            return f"{person.words} may not decide here: ask an approver"
        if not offered:
            return "no scaling is offered here that could have another number"
        limits = self.policy.limits_of(offered[0].plan.action.target.service)
        if not number.isdecimal() or not limits.min_replicas <= int(number) <= limits.max_replicas:
            return f"{number[:10]!r} is no number of replicas from {limits.min_replicas} to {limits.max_replicas}"
        return ""

    async def _note(self, unit: Unit, one: Incident, person: Person, replicas: int) -> Answer:
        now, text = self.clock.now(), f"{person.words} wants {replicas} replicas: a new proposal follows"
        wished = replace(one, replicas=replicas, due=one.due | {"offer"}).changed(now)
        await unit.incidents.save(wished, Event(one.id, now, "noted", text, person.identity))
        return Answer(text)
