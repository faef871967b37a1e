"""Telegram as a place to post incidents and to click, with python-telegram-bot."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from telegram import InputMediaPhoto, Message, ReplyParameters
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, ExtBot
from telegram.request import HTTPXRequest

from bot.chat.telegram_buttons import keyboard
from bot.chat.telegram_calls import Calls
from bot.chat.telegram_check import Found, look
from bot.chat.telegram_errors import FAILURES, TopicError, Words, token_of
from bot.chat.telegram_handlers import NO_PREVIEW, Handlers
from bot.chat.telegram_html import caption_of, render
from bot.chat.telegram_menu import register
from bot.chat.telegram_places import API
from bot.chat.telegram_poll import Pace, PollRequest, Pulse, poll
from bot.chat.telegram_room import Room, Spot
from bot.chat.telegram_topics import Topics
from bot.config.address import WebAddress
from bot.domain.card import Card, Image
from bot.domain.errors import ChatError
from bot.domain.pace import Allowance, Kind
from bot.ports import Desk

log = logging.getLogger(__name__)
Form = Callable[[Spot], Awaitable[Message]]
"""What is sent, as a call of the library for a place, or for a message to reply to."""

NORMAL = Pace()


class TelegramOptions(BaseModel):
    """`chat.telegram` in the config."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chat: int
    """The chat's id; groups have negative ones."""
    topic: int | None = Field(default=None, ge=1)
    """A forum's topic; without it, the topic "General"."""
    topics: Literal["none", "incident"] = "none"
    """`incident`: in a forum each incident gets a topic of its own; the digest stands in "General"."""
    api_url: WebAddress = Field(default=API, pattern=r"^[^\s?#]+$")
    """Where the Bot API is: Telegram's, or a Bot API server of your own."""

    @model_validator(mode="after")
    def _one_way(self) -> "TelegramOptions":
        if self.topic is not None and self.topics == "incident":
            raise ValueError("`topics: incident` gives each incident a topic of its own: leave out `topic`")
        return self


class Telegram:
    """The `Chat` port over the Bot API. A ref is a `Spot` as text.

    A thread is a message and the replies to it, in the configured topic or in one of the incident's own.
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
        self._room = Room(options.chat, options.topic, own=options.topics == "incident")
        self._calls = Calls(self._room, self._words)
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
        self._topics = Topics(self._bot, self._calls)
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
        return self._pulse.trouble or self._calls.refusal or self._topics.trouble or self._room.note

    async def post(self, card: Card, place: str = "") -> str:
        """Sends the root message of a thread, to `chat` or `chat:topic` if a place is given. A move is followed."""
        spot = self._room.place(place)
        try:
            return await self._root(spot, card)
        except ChatError:
            if self._room.place(place) == spot:
                raise
        return await self._root(self._room.place(place), card)

    async def reply(self, ref: str, card: Card) -> str:
        """Replies to the root message; if that was deleted, the reply stands alone."""
        return await self._send(Spot.read(ref), self._text(card))

    async def picture(self, ref: str, image: Image, old: str) -> str:
        """Sends a picture as a reply to the root, or puts it in the place of the one at `old` if that is there."""
        if old:
            spot, media = Spot.read(old), InputMediaPhoto(image.png, caption_of(image), "HTML")
            call = self._bot.edit_message_media(media, chat_id=spot.chat, message_id=spot.message)
            try:
                await self._calls.change(spot.chat, call)
            except ChatError as error:
                if not error.gone:
                    raise
            else:
                return old
        return await self._send(Spot.read(ref), self._photo(image))

    async def edit(self, ref: str, card: Card) -> None:
        """Replaces text and buttons. A message that already says this is left alone."""
        spot = Spot.read(ref)
        if spot.own:
            await self._topics.before(spot, card)
        call = self._bot.edit_message_text(
            render(card),
            chat_id=spot.chat,
            message_id=spot.message,
            parse_mode="HTML",
            reply_markup=keyboard(card.buttons),
            link_preview_options=NO_PREVIEW,
        )
        try:
            await self._calls.change(spot.chat, call)
        except ChatError as error:
            if spot.own and error.gone:
                self._topics.lose(card)
            raise
        if spot.own:
            await self._topics.after(spot, card)

    async def check(self) -> str:
        """Asks Telegram about token, chat, rights, webhook and a second poller. Gives the notes."""
        rival = None if self._app.running else self._pace.rival
        found: Found = await self._calls(self._room.chat, look(self._bot, self._room, rival), sends=False)
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
            await register(self._bot, self._room.chat)
        except TelegramError as error:  # the commands work without the menu
            log.warning("the menu of commands was not set: %s", self._words.line(error))

    async def _root(self, spot: Spot, card: Card) -> str:
        """The root message, in a topic of its own where it is to have one and can."""
        usual = self._room.own and spot == self._room.place()
        topic = await self._topics.make(spot.chat, card) if usual else None
        ref = await self._send(topic or spot, self._text(card))
        if Spot.read(ref).own:
            self._topics.filled(spot.chat, card)
        return ref

    async def _send(self, spot: Spot, form: Form) -> str:
        """Sends to a place, or as a reply to a message; where an incident's topic is lost, to the chat itself."""
        try:
            sent = await self._calls(spot.chat, form(spot), sends=True)
        except TopicError:
            if not spot.own:
                raise
            self._topics.lose()
            spot = Spot(spot.chat)
            sent = await self._calls(spot.chat, form(spot), sends=True)
        return str(replace(spot, chat=sent.chat_id, message=sent.message_id))

    def _text(self, card: Card) -> Form:
        return lambda spot: self._bot.send_message(
            chat_id=spot.chat,
            text=render(card),
            parse_mode="HTML",
            message_thread_id=self._room.thread(spot),
            reply_parameters=_reply(spot),
            reply_markup=keyboard(card.buttons),
            link_preview_options=NO_PREVIEW,
        )

    def _photo(self, image: Image) -> Form:
        return lambda spot: self._bot.send_photo(
            spot.chat,
            image.png,
            caption=caption_of(image),
            parse_mode="HTML",
            message_thread_id=self._room.thread(spot),
            reply_parameters=_reply(spot),
        )


def _application(bot: ExtBot[int]) -> Application[Any, Any, Any, Any, Any, Any]:
    """Handlers run beside each other; pollers come and go, so the application has none of its own."""
    return Application.builder().bot(bot).updater(None).job_queue(None).concurrent_updates(True).build()


def _reply(spot: Spot) -> ReplyParameters | None:
    return ReplyParameters(spot.message, allow_sending_without_reply=True) if spot.message else None


def _keep_addresses_out_of_logs() -> None:
    """The token is part of every address; and we report the library's failures ourselves, in one line each."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
