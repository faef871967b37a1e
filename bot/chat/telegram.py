"""Telegram as a place to post incidents and to click, with python-telegram-bot."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from telegram import BotCommand, InputMediaPhoto, ReplyParameters
from telegram.error import ChatMigrated, TelegramError
from telegram.ext import AIORateLimiter, Application, ExtBot
from telegram.request import HTTPXRequest

from bot.chat.telegram_buttons import keyboard
from bot.chat.telegram_check import Found, look
from bot.chat.telegram_errors import FAILURES, UNCHANGED, Failure, Words, token_of
from bot.chat.telegram_handlers import COMMANDS, NO_PREVIEW, Handlers
from bot.chat.telegram_html import caption_of, render
from bot.chat.telegram_places import API
from bot.chat.telegram_poll import Pace, PollRequest, Pulse, poll
from bot.chat.telegram_room import Room
from bot.config.address import WebAddress
from bot.domain.card import Card, Image
from bot.domain.errors import ChatError
from bot.domain.pace import Allowance, Kind
from bot.ports import Desk

log = logging.getLogger(__name__)
T = TypeVar("T")

NORMAL = Pace()


class TelegramOptions(BaseModel):
    """`chat.telegram` in the config."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chat: int
    """The chat's id; groups have negative ones."""
    topic: int | None = Field(default=None, ge=1)
    """A forum's topic; without it, the topic "General"."""
    api_url: WebAddress = Field(default=API, pattern=r"^[^\s?#]+$")
    """Where the Bot API is: Telegram's, or a Bot API server of your own."""


class Telegram:
    """The `Chat` port over the Bot API. A ref is `chat:message`.

    A thread is a message and the replies to it, in the configured topic.
    """

    surface = "telegram"
    allowances: Mapping[Kind, Allowance] = {
        "post": Allowance(6, 3.0),
        "edit": Allowance(6, 3.0),
        "picture": Allowance(2, 10.0),
    }
    """20 messages a minute in a group. Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits."""
    Options = TelegramOptions
    SECRETS = ("TELEGRAM_BOT_TOKEN",)

    def __init__(self, options: TelegramOptions, token: str, pace: Pace = NORMAL) -> None:
        """Connects to nothing yet.

        Raises:
            ConfigError: the token cannot be one.
        """
        token = token_of(token)
        _keep_addresses_out_of_logs()
        address = options.api_url.rstrip("/")
        self._pace = pace
        self._words = Words(token, address)
        self._room = Room(options.chat, options.topic)
        self._refusal = ""
        self._pulse = Pulse()
        self._requests = (
            HTTPXRequest(32, read_timeout=pace.read, connect_timeout=pace.read, pool_timeout=pace.read),
            PollRequest(self._pulse, address, pace.read),
        )
        self._bot = ExtBot(
            token,
            base_url=f"{address}/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
            rate_limiter=AIORateLimiter(max_retries=0),  # posts are retried by the delivery log, which knows the latest
        )
        self._handlers = Handlers(self._bot, self._room, self._words)
        self._app = _application(self._bot)
        self._handlers.add_to(self._app)

    @classmethod
    def create(cls, options: TelegramOptions, secrets: Mapping[str, str]) -> "Telegram":
        """The surface with the secrets that `SECRETS` names."""
        return cls(options, secrets["TELEGRAM_BOT_TOKEN"])

    @property
    def trouble(self) -> str:
        """What is wrong with polling, or with the chat itself; empty when nothing is."""
        return self._pulse.trouble or self._refusal or self._room.note

    async def post(self, card: Card, place: str = "") -> str:
        """Sends the root message of a thread, to `chat` or `chat:topic` if a place is given. A move is followed."""
        if place:
            there, _, topic = place.partition(":")
            return await self._send(int(there), card, topic=int(topic) if topic else None)
        chat = self._room.chat
        try:
            return await self._send(chat, card)
        except ChatError:
            if self._room.chat == chat:
                raise
        return await self._send(self._room.chat, card)

    async def reply(self, ref: str, card: Card) -> str:
        """Replies to the root message; if that was deleted, the reply stands alone."""
        chat, message = _address(ref)
        return await self._send(chat, card, ReplyParameters(message, allow_sending_without_reply=True))

    async def picture(self, ref: str, image: Image, old: str) -> str:
        """Sends a picture as a reply to the root, or puts it in the place of the one at `old`."""
        chat, message = _address(ref)
        caption = caption_of(image)
        if old:
            media = InputMediaPhoto(image.png, caption, "HTML")
            changing = self._bot.edit_message_media(media, chat_id=chat, message_id=_address(old)[1])
            await self._call(chat, _unchanged_is_done(changing), sends=False)
            return old
        sending = self._bot.send_photo(
            chat,
            image.png,
            caption=caption,
            parse_mode="HTML",
            message_thread_id=self._room.thread(chat),
            reply_parameters=ReplyParameters(message, allow_sending_without_reply=True),
        )
        sent = await self._call(chat, sending, sends=True)
        return f"{sent.chat_id}:{sent.message_id}"

    async def edit(self, ref: str, card: Card) -> None:
        """Replaces text and buttons. A message that already says this is left alone."""
        chat, message = _address(ref)
        call = self._bot.edit_message_text(
            render(card),
            chat_id=chat,
            message_id=message,
            parse_mode="HTML",
            reply_markup=keyboard(card.buttons),
            link_preview_options=NO_PREVIEW,
        )
        await self._call(chat, _unchanged_is_done(call), sends=False)

    async def check(self) -> str:
        """Asks Telegram about token, chat, rights, webhook and a second poller. Gives the notes."""
        rival = None if self._app.running else self._pace.rival
        found: Found = await self._call(self._room.chat, look(self._bot, self._room, rival), sends=False)
        if self.trouble:
            found.troubles.append(self.trouble)
        if found.troubles:
            raise ChatError("; ".join(dict.fromkeys(found.troubles)), permanent=True)
        return "; ".join(found.notes)

    async def listen(self, desk: Desk) -> None:
        """Polls until cancelled; what ended is begun anew, for ever."""
        self._handlers.desk = desk
        wait = self._pace.retry
        while True:
            polls = self._pulse.good_polls
            try:
                await self._start()
                await poll(self._app, self._pulse, self._pace)
            except FAILURES as error:
                self._pulse.bad(self._words.line(error))
            wait = self._pace.retry if self._pulse.good_polls > polls else min(2 * wait, self._pace.retry_most)
            await asyncio.sleep(wait)

    async def close(self) -> None:
        """Waits for the handlers in flight, then frees the connections."""
        if self._app.running:
            try:
                async with asyncio.timeout(self._pace.drain):
                    await self._app.stop()
            except TimeoutError:
                log.warning("Telegram handlers were still busy after %g s and were left", self._pace.drain)
        await self._app.shutdown()
        for request in self._requests:  # the library closes only what it initialised
            await request.shutdown()

    async def _start(self) -> None:
        if not self._app.running:
            await self._app.initialize()
            await self._app.start()
        try:
            await self._bot.set_my_commands([BotCommand(word, about) for word, about in COMMANDS.items()])
        except TelegramError as error:  # the commands work without the menu
            log.warning("the menu of commands was not set: %s", self._words.line(error))

    async def _send(self, chat: int, card: Card, root: ReplyParameters | None = None, topic: int | None = None) -> str:
        call = self._bot.send_message(
            chat_id=chat,
            text=render(card),
            parse_mode="HTML",
            message_thread_id=topic or self._room.thread(chat),
            reply_parameters=root,
            reply_markup=keyboard(card.buttons),
            link_preview_options=NO_PREVIEW,
        )
        message = await self._call(chat, call, sends=True)
        return f"{message.chat_id}:{message.message_id}"

    async def _call(self, chat: int, call: Awaitable[T], *, sends: bool) -> T:
        """Awaits a call of the library; failures become ChatError."""
        try:
            result = await call
        except FAILURES as error:
            raise self._refused(chat, error, sends=sends) from None  # the library's own words may name the token
        self._refusal = ""
        return result

    def _refused(self, chat: int, error: Failure, *, sends: bool) -> ChatError:
        if isinstance(error, ChatMigrated):
            self._room.move(chat, error.new_chat_id)
        refusal = self._words.error(error, sends=sends)
        if refusal.permanent and not refusal.gone:
            self._refusal = str(refusal)
        return refusal


def _application(bot: ExtBot[int]) -> Application[Any, Any, Any, Any, Any, Any]:
    """Handlers run beside each other; pollers come and go, so the application has none of its own."""
    return Application.builder().bot(bot).updater(None).job_queue(None).concurrent_updates(True).build()


def _address(ref: str) -> tuple[int, int]:
    chat, _, message = ref.rpartition(":")
    return int(chat), int(message)


async def _unchanged_is_done(call: Awaitable[object]) -> None:
    try:
        await call
    except TelegramError as error:
        if UNCHANGED not in str(error).lower():
            raise


def _keep_addresses_out_of_logs() -> None:
    """The token is part of every address; and we report the library's failures ourselves, in one line each."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
