"""One trial: a fresh store beside the target, the Stewards that a drill makes there, and what is true afterwards."""

from dataclasses import replace

from bot.config.policy import policy
from bot.domain.policy import Policy
from bot.drills.checks import Record, problems
from bot.drills.place import Place, incident
from bot.drills.sandbox import Target
from bot.drills.steward import Setup, Steward
from bot.runtime.clock import SystemClock
from bot.store.store import SqlStore


class Trial:
    """A place with an incident to act on. Whatever is made here is closed with it."""

    def __init__(self, place: Place, target: Target) -> None:
        self.place = place
        self.target = target
        self._store = SqlStore(place.store)
        self._stewards: list[Steward] = []
        self._before = target.deeds()

    async def open(self) -> str:
        """Files an incident, as watching would; gives its id."""
        one = incident(SystemClock().now())
        async with self._store.unit() as unit:
            await unit.incidents.save(one)
        return one.id

    def steward(self, setup: Setup | None = None) -> Steward:
        """A Steward at this place."""
        made = Steward(self.place, setup)
        self._stewards.append(made)
        return made

    @property
    def effects(self) -> int:
        """How many the target had so far."""
        return self.target.deeds().since(self._before).effects

    async def states(self) -> list[str]:
        """How every execution is now."""
        async with self._store.read() as unit:
            return [one.state for one, _ in await unit.ledger.executed_since(0.0)]

    async def heal(self) -> None:
        """The trouble ends, as watching would see it."""
        await heal(self._store)

    async def record(self, rules: Policy | None = None) -> Record:
        """All there is to read, once the target has come to rest; `rules`: what held when something ran."""
        await self.target.settled()
        async with self._store.read() as unit:
            found = [await unit.incidents.dossier(one.id) for one in await unit.incidents.recent(1000)]
            audit = await unit.audit.entries(0, 1_000_000)
        dossiers = [one for one in found if one is not None]
        allowed = rules or policy(self.place.config({}))
        return Record(dossiers, audit, self.target.deeds().since(self._before), allowed)

    async def problems(self, effects: int, failed: str | None = "", rules: Policy | None = None) -> list[str]:
        """What is not as it must be.

        Args:
            effects: how many the target shall have had.
            failed: words that the one run that failed shall have; empty: none shall have failed; None: any may have.
            rules: the policy that held when something ran, if it is not the plain one.
        """
        record = await self.record(rules)
        found = problems(record)
        if record.deeds.effects != effects:
            found.append(f"{record.deeds.effects} effects on the target instead of {effects}")
        errors = [one.error for one in record.executions if one.state == "failed"]
        if failed is not None and (len(errors) != bool(failed) or not all(failed in error for error in errors)):
            found.append(f"runs that failed: {errors or 'none'}")
        return found

    async def close(self) -> None:
        """Closes every Steward."""
        for one in self._stewards:
            await one.close()
        await self._store.close()


async def heal(store: SqlStore) -> None:
    """Every signal ends to fire, seen to be normal again."""
    async with store.unit() as unit:
        for seen in await unit.incidents.live(0.0):
            one = await unit.incidents.get(seen.id)
            if one is not None and one.firing:
                calm = {key: replace(signal, firing=False, end="cleared") for key, signal in one.signals.items()}
                await unit.incidents.save(replace(one, signals=calm))
