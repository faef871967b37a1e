"""Takes back what people's words did to a threshold."""

from dataclasses import dataclass

from bot.domain import tuning
from bot.domain.people import Answer, Person
from bot.flow.once import Deed, once, refused
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Retune:
    """Forgets the votes on a signature, so that its threshold is the shipped one again, or the config's."""

    store: Store

    async def __call__(self, id_: str, person: Person, about: str) -> Answer:
        """What came of it; a replay gets the same answer. `about`: a signature, or its short id."""

        async def work(unit: Unit) -> Deed:
            named = {vote.signature for vote in await unit.votes.all()}
            found = [one for one in named if about in {one, tuning.short(one)}]
            if not found:
                return Deed("retune", about, refused(f"nobody's word moved the threshold of {about[:60]!r}"))
            forgotten = await unit.votes.forget(found[0])
            text = f"{person.words} took back {forgotten} votes on {found[0]}: its threshold is as it was"
            return Deed("retune", tuning.short(found[0]), Answer(text), {"signature": found[0]})

        return await once(self.store, id_, person, work)
