"""Where Steward talks in Telegram, and where a message is. A group gets a new id when it becomes a supergroup."""

import logging
from dataclasses import dataclass

from bot.domain.errors import ChatError

log = logging.getLogger(__name__)

GENERAL = 1
"""The topic "General" of a forum: calls must leave it out (https://core.telegram.org/bots/api#sendmessage)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A message, or a place for one.

    topic: None for the one of the config, if any.
    message: 0 for a place.
    own: whether the topic was made for one incident.

    As text `chat:message`, `chat:#topic:message`, or `chat:topic:message` in a topic of its own: so the first part and
    the last name the message, and those before the last name the topic.
    """

    chat: int
    topic: int | None = None
    message: int = 0
    own: bool = False

    def __str__(self) -> str:
        topic = "" if self.topic is None else f"{self.topic}:" if self.own else f"#{self.topic}:"
        return f"{self.chat}:{topic}{self.message}"

    @classmethod
    def read(cls, ref: str) -> "Spot":
        """The message of a ref."""
        chat, *topics, message = ref.split(":")
        topic = topics[0] if topics else ""
        number = int(topic.removeprefix("#")) if topic else None
        return cls(int(chat), number, int(message), own=topic.isdigit())


class Room:
    """The chat of the config with its topic, and the other chats that we post in.

    own: whether each incident gets a topic of its own in the chat.
    note: what to change in the config after a chat moved; empty before.
    """

    def __init__(self, chat: int, topic: int | None = None, *, own: bool = False) -> None:
        self.chat = chat
        self.own = own
        self.note = ""
        self._topic = topic
        self._others: set[int] = set()
        self._moves: dict[int, int] = {}

    def place(self, place: str = "") -> Spot:
        """Where to post: a place is `chat` or `chat:topic`, empty for the usual one. A move is followed.

        Raises:
            ChatError: the place cannot be one.
        """
        if not place:
            return Spot(self.chat)
        there, _, topic = place.partition(":")
        try:
            chat, number = int(there), int(topic) if topic else None
        except ValueError:
            words = f"{place!r} is no place in Telegram: write a chat's id, or with a topic -1001234567890:5"
            raise ChatError(words, permanent=True) from None
        if chat != self.chat:
            self._others.add(chat)
        return Spot(self._moves.get(chat, chat), number)

    def knows(self, chat: int) -> bool:
        """Whether we post in this chat, as far as is known since the start."""
        return chat == self.chat or chat in self._others

    def thread(self, spot: Spot) -> int | None:
        """The topic to name in a call, if any."""
        topic = self._topic if spot.topic is None and spot.chat == self.chat else spot.topic
        return None if topic == GENERAL else topic

    def move(self, old: int, new: int) -> None:
        """Remembers that `old` became `new`, and says so once. A chat that we never post in is not our business."""
        if not self.knows(old) or old == new or self._moves.get(old) == new:
            return
        self._moves[old] = new
        key = "chat.telegram.chat"
        if old == self.chat:
            self.chat = new
        else:
            self._others.add(new)
            key = "its places in telling"
        self.note = f"the Telegram chat {old} became the supergroup {new}: set {key} to {new} in the config"
        log.warning("%s", self.note)
