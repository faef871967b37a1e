"""Says on the surfaces that work that another one does not: nobody should wait for a message that cannot come."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.card import Card
from bot.domain.errors import ChatError
from bot.domain.words import duration
from bot.ports import Chat, Clock

PATIENCE = 60.0
"""Seconds that a surface may be down before the others tell, and that it must work before they tell of the end."""


@dataclass(frozen=True, slots=True)
class Vouch:
    """Tells of each outage once, and of its end. An outage is what the health board says of the surface.

    troubles: every part with its trouble, empty when it is well.
    since, last, told: what it knows of outages by now: their beginnings, when they were last seen, and which were told.
    """

    chats: Sequence[Chat]
    clock: Clock
    troubles: Callable[[], Mapping[str, str]]
    since: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    async def __call__(self) -> int:
        """How many surfaces were spoken of."""
        now, spoken = self.clock.now(), 0
        for chat in self.chats:
            name, trouble = chat.surface, self._trouble(chat.surface)
            if trouble:
                self.last[name] = now
                lasted = now - self.since.setdefault(name, now)
                if lasted >= PATIENCE and name not in self.told:
                    self.told.add(name)
                    spoken += await self._tell(name, Card("warning", f"{name.capitalize()} is down: {trouble}"))
            elif name not in self.told:
                self.since.pop(name, None)
            elif now - self.last[name] >= PATIENCE:  # one that comes and goes is one outage
                self.told.discard(name)
                words = f"{name.capitalize()} works again, after {duration(self.last[name] - self.since.pop(name))}"
                spoken += await self._tell(name, Card("good", words))
        return spoken

    def _trouble(self, surface: str) -> str:
        troubles = self.troubles()
        return troubles.get(surface, "") or troubles.get(f"{surface} connection", "")

    async def _tell(self, about: str, card: Card) -> bool:
        """Tells it wherever else it can be told; never through the surface that fails, and never again."""
        for chat in self.chats:
            if chat.surface != about and not self._trouble(chat.surface):
                with suppress(ChatError):
                    await chat.post(card)
        return True
