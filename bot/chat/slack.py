"""Slack: posts by the Web API, listens by Socket Mode, so no port is open to the outside."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Annotated

import aiohttp
from pydantic import AfterValidator, BaseModel, ConfigDict
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import slack_blocks, slack_pictures
from bot.chat.slack_app import API
from bot.chat.slack_check import findings
from bot.chat.slack_errors import ask
from bot.chat.slack_inbox import Inbox
from bot.chat.slack_places import channel_id
from bot.chat.slack_socket import NOT_OPEN, PACE, SDK_LOG, Line, Pace, Socket, proxy_for
from bot.chat.slack_voice import Voice
from bot.config.address import WebAddress
from bot.domain.card import Card, Image
from bot.domain.errors import ChatError
from bot.domain.pace import Allowance, Kind
from bot.ports import Desk

log = logging.getLogger(__name__)

SOCKETS = 2  # each event goes to one of them, so one may break without a loss
BRIEF = 5  # seconds of a rate limit that a call waits out by itself


class SlackOptions(BaseModel):
    """What `chat.slack` in the config may say. `channel` is the id that Slack shows under the channel's details."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: Annotated[str, AfterValidator(channel_id)]
    api_url: WebAddress = API


class Slack:
    """The `Chat` port over Slack. A ref is `channel:ts`."""

    surface = "slack"
    allowances: Mapping[Kind, Allowance] = {
        "post": Allowance(4, 1.0),
        "edit": Allowance(10, 1.8, shared=True),
        "picture": Allowance(1, 10.0, shared=True),
    }
    """A message a second in each channel, with short bursts. chat.update is of tier 3: 50 a minute in the workspace.

    Both edits and replaced pictures are such updates: 10 + 60 / 1.8 and 1 + 60 / 10 are 50 in the worst minute. What
    else is called is of tier 3 (files.delete, once a picture) or tier 4 (100 a minute: uploads, answers, views).
    Sources: https://docs.slack.dev/apis/web-api/rate-limits, and the pages of the methods.
    """
    Options = SlackOptions
    SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")

    def __init__(self, options: SlackOptions, bot_token: str, app_token: str, pace: Pace = PACE) -> None:
        self._channel = options.channel
        self._app_token = app_token
        self._pace = pace
        self._web = AsyncWebClient(
            bot_token, options.api_url, logger=SDK_LOG, retry_handlers=[_BriefRateLimit(max_retry_count=1)]
        )
        self._web.proxy = proxy_for(options.api_url)
        self._lines: list[Line] = []
        self._said = NOT_OPEN
        self._voice = Voice(self._open_web)

    @classmethod
    def create(cls, options: SlackOptions, secrets: Mapping[str, str]) -> "Slack":
        """The surface with the secrets that `SECRETS` names."""
        return cls(options, secrets["SLACK_BOT_TOKEN"], secrets["SLACK_APP_TOKEN"])

    @property
    def trouble(self) -> str:
        """Why no socket is open, in one line; empty while at least one is."""
        troubles = [line.trouble for line in self._lines] or [NOT_OPEN]
        return "" if "" in troubles else troubles[-1]

    async def post(self, card: Card, place: str = "") -> str:
        """Posts a root message, in the channel `place` or to that person if given."""
        return await self._post(card, place or self._channel)

    async def reply(self, ref: str, card: Card) -> str:
        """Posts into the thread of the root message `ref`."""
        channel, ts = _parts(ref)
        return await self._post(card, channel, thread_ts=ts)

    async def picture(self, ref: str, image: Image, old: str) -> str:
        """Uploads a picture and shows it in the thread of `ref`, or in place of the one at `old`."""
        return await slack_pictures.show(self._open_web(), ref, image, old, self._pace.pause)

    async def edit(self, ref: str, card: Card) -> None:
        """Replaces a message. The blocks always go along: a text alone would remove them."""
        channel, ts = _parts(ref)
        message = slack_blocks.render(card)
        await ask(
            f"edit message {ts} in {channel}",
            self._open_web().chat_update(
                channel=channel, ts=ts, text=message.text, blocks=message.blocks, parse="none", link_names=False
            ),
        )

    async def check(self) -> None:
        """Asks Slack about both tokens, the scopes and the channel. Posts nothing and opens no socket."""
        if found := await findings(self._open_web(), self._channel, self._app_token):
            raise ChatError("; ".join(found), permanent=True)

    async def listen(self, desk: Desk) -> None:
        """Keeps the sockets open and hands what comes to the desk, until cancelled."""
        web = self._open_web()
        inbox = Inbox(web, desk, self._voice, self._pace.patience)

        def make() -> Socket:
            socket = Socket(web, self._app_token, self._pace)
            socket.socket_mode_request_listeners.append(inbox.handle)
            return socket

        self._lines = [Line(make, self._pace, self._changed) for _ in range(SOCKETS)]
        try:
            async with asyncio.TaskGroup() as group:
                for line in self._lines:
                    group.create_task(line.keep())
        finally:
            self._lines = []

    async def close(self) -> None:
        """Waits a short while for answers that are on their way, then closes the connections."""
        await self._voice.close(self._pace.drain)
        if self._web.session is not None:
            await self._web.session.close()

    async def _post(self, card: Card, channel: str, thread_ts: str | None = None) -> str:
        message = slack_blocks.render(card)
        sent = await ask(
            f"post to {channel}",
            self._open_web().chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread_ts,
            ),
        )
        return f"{sent['channel']}:{sent['ts']}"

    def _open_web(self) -> AsyncWebClient:
        """The client with a session that never reuses a connection.

        A reused one may turn out closed only after the message was sent, which leaves it in doubt.
        """
        if self._web.session is None:
            self._web.session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),
                timeout=aiohttp.ClientTimeout(total=self._pace.answer, connect=self._pace.connect),
            )
        return self._web

    def _changed(self) -> None:
        """Logs the state of the way in when it changed."""
        trouble = self.trouble
        if trouble != self._said:
            log.warning("%s", trouble) if trouble else log.info("Slack: listening")
        self._said = trouble


class _BriefRateLimit(AsyncRateLimitErrorRetryHandler):
    """Waits out a short rate limit once. A longer one goes to the caller, who may have something newer to say then."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        limited = await super()._can_retry_async(state=state, request=request, response=response, error=error)
        if response is None or not limited:
            return False
        asked = next((values[0] for name, values in response.headers.items() if name.lower() == "retry-after"), "")
        return asked.isdecimal() and int(asked) <= BRIEF


def _parts(ref: str) -> tuple[str, str]:
    channel, _, ts = ref.partition(":")
    return channel, ts


__all__ = ["Pace", "Slack", "SlackOptions"]
