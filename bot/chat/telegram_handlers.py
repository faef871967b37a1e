"""What people do in Telegram, handed to the desk; and what the desk answers, told to them.

A person is a numeric user id, never a name. The desk commits before we answer, so a crash between the two costs an
answer and never a click; a replayed update carries the same ids and is known as one.
"""

import logging
from typing import Any

from telegram import (
    CallbackQuery,
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
    User,
)
from telegram.error import BadRequest, TelegramError
from telegram.ext import Application, CallbackContext, CallbackQueryHandler, ExtBot, MessageHandler, filters

from bot.chat.telegram_buttons import keyboard, pressed
from bot.chat.telegram_errors import Words
from bot.chat.telegram_html import cut, inert, plain, render
from bot.chat.telegram_room import Room
from bot.chat.telegram_words import said, thread_of, why
from bot.domain.errors import StewardError
from bot.domain.people import Answer, Click, Command, Person
from bot.ports import Desk

log = logging.getLogger(__name__)
Markup = InlineKeyboardMarkup | ForceReply | None

ANSWER_UNITS = 200
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
OLD_BUTTON = "This button is not one of mine any more. Look at the incident again."
NOT_READY = "Steward is still starting. Please try again in a moment."
BROKEN = "Something went wrong, and I cannot say what came of it. Look at the incident."
ELSEWHERE = (
    "I answer only in the chat that I was set up for, and in private. The id of this chat is {chat}: "
    "it is set up by chat.telegram.chat in the config."
)
THREADS = 1000
"""Answers whose incident is remembered, so that a reply to one is about it too."""


class Handlers:
    """The handlers of one bot. `desk` is set when listening begins."""

    def __init__(self, bot: ExtBot[int], room: Room, words: Words) -> None:
        self.desk: Desk | None = None
        self._bot = bot
        self._room = room
        self._words = words
        self._threads: dict[str, str] = {}

    def add_to(self, app: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Registers the handlers."""
        app.add_handler(CallbackQueryHandler(self._pressed))
        app.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._migrated))
        app.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, self._said))
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
        button = pressed(query.data or "")
        if answer.accepted and button is not None and button[0] == "reject":
            await self._ask_why(query, button[1])

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

    async def _ask_why(self, query: CallbackQuery, proposal: str) -> None:
        """Asks the person who rejected for the reason; only that one is shown a field to reply in."""
        about = query.message
        if about is None:
            return
        text = why(query.from_user, proposal)
        field = ForceReply(selective=True, input_field_placeholder="Why not?")
        await self._send(about.chat.id, text, about if isinstance(about, Message) else None, field)

    async def _said(self, update: Update, _: object) -> None:
        message = update.message
        if message is None or message.from_user is None or self.desk is None:
            return
        private = message.chat.type == message.chat.PRIVATE
        thread = thread_of(message, self._bot.bot)
        thread = self._threads.get(thread, thread)
        words = said(message, self._bot.bot, thread)
        if not words:
            return
        if not private and not self._room.knows(message.chat_id):
            await self._answer(message, Answer(ELSEWHERE.format(chat=message.chat_id), accepted=False), "")
            return
        id_ = f"telegram:{message.chat_id}:{message.message_id}"
        try:
            answer = await self.desk.command(Command(id_, _person(message.from_user), words, private, thread))
        except StewardError as error:
            answer = Answer(str(error), accepted=False)
        await self._answer(message, answer, thread)

    async def _answer(self, message: Message, answer: Answer, thread: str) -> None:
        text = render(answer.card) if answer.card else plain(answer.text)
        sent = await self._send(message.chat_id, text, message, keyboard(answer.card.buttons) if answer.card else None)
        if sent is not None and thread:
            self._threads[f"{sent.chat_id}:{sent.message_id}"] = thread
            while len(self._threads) > THREADS:
                del self._threads[next(iter(self._threads))]

    async def _send(self, chat: int, text: str, about: Message | None, markup: Markup) -> Message | None:
        """Says something, as a reply to a message and in its topic; None when it did not arrive."""
        try:
            return await self._bot.send_message(
                chat_id=chat,
                text=text,
                parse_mode="HTML",
                message_thread_id=about.message_thread_id if about and about.is_topic_message else None,
                reply_parameters=ReplyParameters(about.message_id, allow_sending_without_reply=True) if about else None,
                reply_markup=markup,
                link_preview_options=NO_PREVIEW,
                rate_limit_args=1,
            )
        except TelegramError as error:
            log.warning("an answer in Telegram did not arrive: %s", self._words.line(error))
            return None

    async def _migrated(self, update: Update, _: object) -> None:
        message = update.message
        if message is not None and message.migrate_to_chat_id:
            self._room.move(message.chat_id, message.migrate_to_chat_id)

    async def _failed(self, _: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        error = context.error
        log.error("an update from Telegram failed: %s: %s", type(error).__name__, self._words.scrub(str(error)))


def _person(user: User) -> Person:
    return Person("telegram", str(user.id), user.full_name)
