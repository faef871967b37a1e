"""The chat that Steward talks in. Telegram gives a group a new id when it becomes a supergroup."""

import logging

log = logging.getLogger(__name__)

GENERAL = 1
"""The topic "General" of a forum: calls must leave it out (https://core.telegram.org/bots/api#sendmessage)."""


class Room:
    """Chat id and topic. `note` says what to change in the config after the chat moved; empty before."""

    def __init__(self, chat: int, topic: int | None = None) -> None:
        self.chat = chat
        self.note = ""
        self._topic = None if topic == GENERAL else topic

    def thread(self, chat: int) -> int | None:
        """The topic to name in a call to this chat, if any."""
        return self._topic if chat == self.chat else None

    def move(self, old: int, new: int) -> None:
        """Remembers that `old` became `new`, and says so once. Another chat's move is not our business."""
        if old != self.chat or old == new:
            return
        self.chat = new
        self.note = (
            f"the Telegram chat {old} became the supergroup {new}: set chat.telegram.chat to {new} in the config"
        )
        log.warning("%s", self.note)
