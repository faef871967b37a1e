"""What people do in Telegram, handed to the desk; and what the desk answers, told to them.

A person is a numeric user id, never a name. The desk commits before we answer, so a crash between the two costs an
answer and never a click; a replayed update carries the same ids and is known as one.
"""

import logging
from typing import Any

from telegram import CallbackQuery, LinkPreviewOptions, Message, ReplyParameters, Update, User
from telegram.error import BadRequest, TelegramError
from telegram.ext import Application, CallbackContext, CallbackQueryHandler, ExtBot, MessageHandler, filters

from bot.chat.telegram_buttons import keyboard, pressed
from bot.chat.telegram_errors import Words
from bot.chat.telegram_html import cut, inert, plain, render
from bot.chat.telegram_room import Room
from bot.domain.errors import StewardError
from bot.domain.people import Answer, Click, Command, Person
from bot.ports import Desk

log = logging.getLogger(__name__)

ANSWER_UNITS = 200
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
COMMANDS = {
    "status": "What is going on now",
    "incidents": "The open incidents",
    "show": "One incident: show ID",
    "why": "The evidence behind a cause: why ID",
    "standing": "What is approved in advance",
    "stop": "Stop all actions: stop REASON",
    "go": "Let actions run again",
    "digest": "Today's digest",
    "help": "What I understand",
}
"""The commands in Telegram's menu, with their descriptions."""

OLD_BUTTON = "This button is not one of mine any more. Look at the incident again."
NOT_READY = "Steward is still starting. Please try again in a moment."
BROKEN = "Something went wrong, and I cannot say what came of it. Look at the incident."
ELSEWHERE = "I answer only in the chat that I was set up for, and in private."


class Handlers:
    """The handlers of one bot. `desk` is set when listening begins."""

    def __init__(self, bot: ExtBot[int], room: Room, words: Words) -> None:
        self.desk: Desk | None = None
        self._bot = bot
        self._room = room
        self._words = words

    def add_to(self, app: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Registers the handlers."""
        app.add_handler(CallbackQueryHandler(self._pressed))
        app.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._migrated))
        app.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.COMMAND, self._said))
        app.add_error_handler(self._failed)

    async def _pressed(self, update: Update, _: object) -> None:
        query = update.callback_query
        assert query is not None
        answer = Answer(BROKEN, accepted=False)
        try:
            answer = await self._judge(query)
        except StewardError as error:
            answer = Answer(str(error), accepted=False)
        finally:  # whatever happened: an unanswered button spins
            await self._tell(query, answer)

    async def _judge(self, query: CallbackQuery) -> Answer:
        button = pressed(query.data or "")
        if button is None:
            return Answer(OLD_BUTTON, accepted=False)
        if self.desk is None:
            return Answer(NOT_READY, accepted=False)
        verb, subject, digest = button
        return await self.desk.click(Click(f"telegram:{query.id}", _person(query.from_user), verb, subject, digest))

    async def _tell(self, query: CallbackQuery, answer: Answer) -> None:
        text, alert = cut(inert(answer.text), ANSWER_UNITS), not answer.accepted
        for last in (False, True):  # to answer twice does no harm
            try:
                await self._bot.answer_callback_query(query.id, text, show_alert=alert, rate_limit_args=1)
            except TelegramError as error:
                if last or isinstance(error, BadRequest):
                    log.warning("a click was judged, but its answer did not arrive: %s", self._words.line(error))
                    return
            else:
                return

    async def _said(self, update: Update, _: object) -> None:
        message = update.message
        if message is None or message.from_user is None:
            return
        private = message.chat.type == message.chat.PRIVATE
        words = words_of(message.text or "", self._bot.username, private=private)
        if not words or self.desk is None:
            return
        if not private and message.chat_id != self._room.chat:
            await self._say(message, Answer(ELSEWHERE, accepted=False))
            return
        said = Command(f"telegram:{message.chat_id}:{message.message_id}", _person(message.from_user), words, private)
        try:
            answer = await self.desk.command(said)
        except StewardError as error:
            answer = Answer(str(error), accepted=False)
        await self._say(message, answer)

    async def _say(self, message: Message, answer: Answer) -> None:
        try:
            await self._bot.send_message(
                chat_id=message.chat_id,
                text=render(answer.card) if answer.card else plain(answer.text),
                parse_mode="HTML",
                message_thread_id=message.message_thread_id if message.is_topic_message else None,
                reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
                reply_markup=keyboard(answer.card.buttons) if answer.card else None,
                link_preview_options=NO_PREVIEW,
                rate_limit_args=1,
            )
        except TelegramError as error:
            log.warning("the answer to a command did not arrive: %s", self._words.line(error))

    async def _migrated(self, update: Update, _: object) -> None:
        message = update.message
        if message is not None and message.migrate_to_chat_id:
            self._room.move(message.chat_id, message.migrate_to_chat_id)

    async def _failed(self, _: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        error = context.error
        log.error("an update from Telegram failed: %s: %s", type(error).__name__, self._words.scrub(str(error)))


def words_of(text: str, username: str, *, private: bool) -> tuple[str, ...]:
    """The words of a command such as `/show@OurBot 3f2a`; empty when it is not for us.

    In a group, a command without a name is for us only if it is one of ours: other bots live there too.
    """
    command, *rest = text.split()
    word, _, to = command.removeprefix("/").lower().partition("@")
    if to and to != username.lower():
        return ()
    if word == "start":  # what Telegram's own Start button sends
        word = "help"
    return (word, *rest) if to or private or word in COMMANDS else ()


def _person(user: User) -> Person:
    return Person("telegram", str(user.id), user.full_name)
