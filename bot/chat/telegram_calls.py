"""One call of the Bot API: what fails becomes a ChatError, and what the chat refuses is remembered."""

from collections.abc import Awaitable
from typing import TypeVar

from telegram.error import ChatMigrated, TelegramError

from bot.chat.telegram_errors import FAILURES, UNCHANGED, Failure, Words
from bot.chat.telegram_room import Room
from bot.domain.errors import ChatError

T = TypeVar("T")


class Calls:
    """The calls of one bot. `refusal`: what the chat says no to, until a call succeeds."""

    def __init__(self, room: Room, words: Words) -> None:
        self.refusal = ""
        self._room = room
        self._words = words

    async def __call__(self, chat: int, call: Awaitable[T], *, sends: bool) -> T:
        """Awaits a call of the library. `sends`: it makes something new, so a repeat would double it.

        Raises:
            ChatError: it failed.
        """
        try:
            result = await call
        except FAILURES as error:
            raise self._refused(chat, error, sends=sends) from None  # the library's own words may name the token
        self.refusal = ""
        return result

    async def change(self, chat: int, call: Awaitable[object]) -> bool:
        """Awaits a call that changes something, and gives whether it did: that it is so already is no error.

        Raises:
            ChatError: it failed.
        """
        return await self(chat, _changed(call), sends=False)

    def _refused(self, chat: int, error: Failure, *, sends: bool) -> ChatError:
        if isinstance(error, ChatMigrated):
            self._room.move(chat, error.new_chat_id)
        refusal = self._words.error(error, sends=sends)
        if refusal.permanent and not refusal.gone:
            self.refusal = str(refusal)
        return refusal


async def _changed(call: Awaitable[object]) -> bool:
    try:
        await call
    except TelegramError as error:
        if not any(words in str(error).lower() for words in UNCHANGED):
            raise
        return False
    return True
