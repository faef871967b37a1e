"""Lets go of what nobody will ask for any more."""

from dataclasses import dataclass

from bot.ports.store import Store

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Prune:
    """Removes what was drawn and said a month after an incident's end, clicks after a week, and what expired."""

    store: Store

    async def __call__(self) -> int:
        """How many rows went."""
        async with self.store.unit() as unit:
            now = await unit.now()
            return await unit.upkeep.prune(now - 30 * DAY, now - 7 * DAY)
