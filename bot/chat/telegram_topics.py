"""A forum's topic for each incident: made with it, closed when it is over, opened again when it comes back."""

from collections.abc import Hashable
from typing import TypeVar

from telegram.constants import ForumIconColor
from telegram.ext import ExtBot

from bot.chat.telegram_calls import Calls
from bot.chat.telegram_html import cut, inert
from bot.chat.telegram_room import Spot
from bot.domain.card import Card, Tone
from bot.domain.errors import ChatError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

NAME_UNITS = 128
"""Source: https://core.telegram.org/bots/api#createforumtopic, also for the colours: no others are allowed."""
COLOURS: dict[Tone, ForumIconColor] = {
    "critical": ForumIconColor.RED,
    "warning": ForumIconColor.YELLOW,
    "info": ForumIconColor.BLUE,
    "good": ForumIconColor.GREEN,
}
OVER = "✅ "
MOST = 1000
"""Topics and incidents that are remembered."""
INSTEAD = "so incidents are told in the chat itself"
LOST = "the topic of an incident, or its first message, was deleted or closed to the bot; it is told in the chat itself"


class Topics:
    """The topics of one bot. `trouble`: why an incident has none; empty when all is well.

    What is remembered saves calls and doubles. All of it may be forgotten in a restart.
    """

    def __init__(self, bot: ExtBot[int], calls: Calls) -> None:
        self.trouble = ""
        self._bot = bot
        self._calls = calls
        self._made: dict[tuple[int, str], int] = {}
        self._lost: dict[str, None] = {}
        self._closed: dict[Spot, bool] = {}

    async def make(self, chat: int, card: Card) -> Spot | None:
        """A new topic for an incident; None for other cards, and where topics cannot be had.

        One that was made before, and whose root message has not arrived, is taken again.

        Raises:
            ChatError: it may work later.
        """
        incident = _incident(card)
        if not incident or incident in self._lost:
            return None
        if (chat, incident) not in self._made:
            calling = self._bot.create_forum_topic(chat, _name(card), COLOURS[card.tone])
            try:
                made = await self._calls(chat, calling, sends=True)
            except ChatError as error:
                self._not_made(incident, error)
                return None
            _keep(self._made, (chat, incident), made.message_thread_id)
            _keep(self._closed, Spot(chat, made.message_thread_id), value=False)
        return Spot(chat, self._made[chat, incident], own=True)

    def filled(self, chat: int, card: Card) -> None:
        """The root message of an incident has arrived in its topic."""
        self._made.pop((chat, _incident(card)), None)
        self.trouble = ""

    def lose(self, card: Card | None = None) -> None:
        """A topic of ours is closed to us or gone. The incident of the card, if given, gets no other one."""
        self.trouble = LOST
        if card is not None:
            _keep(self._lost, _incident(card), None)

    async def before(self, spot: Spot, card: Card) -> None:
        """Opens the topic again before the incident's root message says that it is not over.

        Raises:
            ChatError: it may work later.
        """
        if card.tone != "good" and self._closed.get(_topic(spot)) is not False:
            await self._turn(spot, card, closed=False)

    async def after(self, spot: Spot, card: Card) -> None:
        """Marks and closes the topic once the root message says that the incident is over.

        Raises:
            ChatError: it may work later.
        """
        if card.tone == "good" and not self._closed.get(_topic(spot)):
            await self._turn(spot, card, closed=True)

    async def _turn(self, spot: Spot, card: Card, *, closed: bool) -> None:
        try:
            await (self._close if closed else self._open)(spot.chat, spot.topic or 0, _name(card))
        except ChatError as error:
            if not error.permanent:
                raise
            self.trouble = str(error)  # what counts is the message, and it needs none of this
        _keep(self._closed, _topic(spot), closed)

    async def _close(self, chat: int, topic: int, name: str) -> None:
        await self._calls.change(chat, self._bot.edit_forum_topic(chat, topic, name))
        await self._calls.change(chat, self._bot.close_forum_topic(chat, topic))

    async def _open(self, chat: int, topic: int, name: str) -> None:
        if await self._calls.change(chat, self._bot.reopen_forum_topic(chat, topic)):  # else it never was closed
            await self._calls.change(chat, self._bot.edit_forum_topic(chat, topic, name))

    def _not_made(self, incident: str, error: ChatError) -> None:
        if error.maybe_sent:  # never a heap of empty topics: this one is told in the chat itself
            _keep(self._lost, incident, None)
        elif not error.permanent:
            raise error
        self.trouble = f"{error}; {INSTEAD}"


def _incident(card: Card) -> str:
    """The id of the incident that this is a root message of, and that goes on; else empty. Only it can be cared for."""
    care = [button.subject for button in card.buttons if button.group[1] == "care"]
    return care[0] if care and card.tone != "good" else ""


def _name(card: Card) -> str:
    title = " ".join(inert(card.title[: 4 * NAME_UNITS]).split()) or "…"
    return cut((OVER if card.tone == "good" else "") + title, NAME_UNITS)


def _topic(spot: Spot) -> Spot:
    return Spot(spot.chat, spot.topic)


def _keep(memory: dict[K, V], key: K, value: V) -> None:
    memory.pop(key, None)
    memory[key] = value
    while len(memory) > MOST:
        del memory[next(iter(memory))]
