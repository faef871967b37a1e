"""Silences given and ended. Whoever reads incidents may ask not to be told: watching and actions go on."""

from dataclasses import dataclass

from bot.domain import spans
from bot.domain.hush import Quiet
from bot.domain.people import Answer, Person
from bot.domain.silence import Silence
from bot.domain.timeline import Event
from bot.domain.words import listing, until_time
from bot.flow.ids import fresh
from bot.flow.once import Deed, once, refused
from bot.ports import Clock
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Hushing:
    """Gives and ends silences. `services`: those of the config; others that had an incident can be silenced too."""

    store: Store
    clock: Clock
    quiet: Quiet
    services: frozenset[str]

    async def silence(self, id_: str, person: Person, about: str, words: tuple[str, ...]) -> Answer:
        """Silences a service, or all services of an incident; a replay gets the same answer.

        Args:
            id_: names the click or command.
            person: who asks.
            about: a service, or the beginning of an incident's id.
            words: for how long, such as `2h` or `tomorrow`, and then why.
        """

        async def work(unit: Unit) -> Deed:
            now = self.clock.now()
            try:
                until = spans.until(words[0] if words else "1h", now, self.quiet.zone)
            except ValueError as error:
                return Deed("silence", about, refused(str(error)))
            services = await self._services(unit, about)
            if not services:
                return Deed("silence", about, refused(await self._unknown(unit, about)))
            given = Silence(fresh(), services, person.identity, person.words, now, until, " ".join(words[1:])[:200])
            await unit.silences.give(given)
            text = f"Silenced until {until_time(until, self.quiet.zone)}: {given.sentence}"
            await self._tell(unit, services, text, person)
            return Deed("silence", given.id, Answer(text), {"until": until, "services": list(services)})

        return await once(self.store, id_, person, work)

    async def end(self, id_: str, person: Person, about: str) -> Answer:
        """Ends a silence by its id, or all of a service; a replay gets the same answer."""

        async def work(unit: Unit) -> Deed:
            found = [one for one in await unit.silences.valid() if one.id == about or about in one.services]
            if not found:
                return Deed("unsilence", about, refused(f"no silence holds for {about[:40]!r}"))
            for one in found:
                await unit.silences.end(one.id, f"ended by {person.words}")
            services = tuple(dict.fromkeys(name for one in found for name in one.services))
            text = f"{listing(services)}: no longer silenced, says {person.words}"
            await self._tell(unit, services, text, person)
            return Deed("unsilence", found[0].id, Answer(text))

        return await once(self.store, id_, person, work)

    async def _services(self, unit: Unit, about: str) -> tuple[str, ...]:
        seen = {name for one in await unit.incidents.recent(200) for name in one.services}
        if about in self.services | seen:
            return (about,)  # a service may be called `db`, as an incident's id may begin
        dossier = await unit.incidents.dossier(about)
        return dossier.incident.services if dossier is not None else ()

    async def _unknown(self, unit: Unit, about: str) -> str:
        seen = {name for one in await unit.incidents.recent(50) for name in one.services} | self.services
        known = f": those are {listing(sorted(seen)[:10])}" if seen else ""
        return f"{about[:40]!r} is neither a service nor the beginning of an incident's id{known}"

    async def _tell(self, unit: Unit, services: tuple[str, ...], text: str, person: Person) -> None:
        """Notes it on the open incidents that it is about, so that every surface shows it."""
        now = self.clock.now()
        for seen in await unit.incidents.live(now):
            if seen.state == "resolved" or not set(seen.services) & set(services):
                continue
            one = await unit.incidents.get(seen.id)
            assert one is not None
            await unit.incidents.save(one.changed(now), Event(one.id, now, "silenced", text, person.identity))
