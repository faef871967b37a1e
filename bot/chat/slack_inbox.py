"""What people do in Slack, handed to the desk: presses of our buttons, and `/steward`.

Everything that Slack sends is acknowledged after the desk returned, so after the commit; what nobody listens to is
acknowledged too, or Slack would send it three times more. A crash is not acknowledged: Slack then warns the person.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import slack_blocks
from bot.chat.slack_socket import SDK_LOG
from bot.domain.card import Verb
from bot.domain.errors import StewardError
from bot.domain.people import Answer, Click, Command, Person
from bot.ports import Desk

log = logging.getLogger(__name__)

_OURS = re.compile(rf"steward_({'|'.join(get_args(Verb))})(?:_\d+)?")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person stands in Slack, so that an answer can be shown to nobody else. `thread` may be empty."""

    channel: str
    user: str
    thread: str


class Inbox:
    """Listens to the envelopes of all sockets. `tell` shows an answer to one person and must not wait."""

    def __init__(self, web: AsyncWebClient, desk: Desk, tell: Callable[[Spot, Answer], None]) -> None:
        self._desk = desk
        self._tell = tell
        # process_before_response: Bolt would otherwise run the handler in a task that nobody keeps or can wait for.
        # authorize: without one Bolt asks auth.test at the first click, which is lost when the answer fails to come.
        self._app = AsyncApp(
            name="steward", logger=SDK_LOG, client=web, authorize=_authorize, process_before_response=True
        )
        self._app.action(_OURS)(self._clicked)
        self._app.command("/steward")(self._said)
        self._app.error(self._crashed)

    async def handle(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Handles one envelope and acknowledges it."""
        started = time.time()
        response = await run_async_bolt_app(self._app, request)
        if response.status == 404:
            response = BoltResponse(status=200)
        try:
            await send_async_response(socket, request, response, started)
        except (aiohttp.ClientError, ConnectionError):
            log.warning("Slack: the socket was lost before an acknowledgement; Slack may deliver the same again")

    async def _clicked(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        click, spot = click_of(body), spot_of(body)
        try:
            answer = await self._desk.click(click)
        except StewardError as error:
            self._tell(spot, Answer(f"Your click was not recorded: {error}", accepted=False))
            raise
        await ack()
        self._tell(spot, answer)

    async def _said(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            answer = await self._desk.command(command_of(body))
        except StewardError as error:
            answer = Answer(f"That did not work: {error}", accepted=False)
        message = slack_blocks.answer(answer)
        await ack(text=message.text, blocks=message.blocks, response_type="ephemeral")

    async def _crashed(self, error: Exception, body: dict[str, Any]) -> None:
        log.error("Slack: a %s was not handled: %s: %s", body.get("type", "command"), type(error).__name__, error)


def click_of(body: Mapping[str, Any]) -> Click:
    """The click in a `block_actions` payload. Its id names the press itself, so a replay has the same one."""
    action, user = body["actions"][0], body["user"]
    ts = body["container"]["message_ts"]  # an answer that only one person sees comes without its `message`
    place = (body["channel"]["id"], ts, action["action_id"], user["id"], action["action_ts"])
    found = _OURS.fullmatch(action["action_id"])
    assert found is not None
    chosen = action.get("selected_option") or action  # a menu has its value there
    subject, _, digest = str(chosen["value"]).rpartition(":")
    return Click(
        id="/".join(("slack", *place)),
        person=Person("slack", user["id"], str(user.get("username") or user.get("name") or "")),
        verb=cast("Verb", found[1]),
        subject=subject,
        digest=digest,
    )


def spot_of(body: Mapping[str, Any]) -> Spot:
    """Where the clicked message stands. A root is answered in the channel: its thread may not be open."""
    spot = body["container"]
    thread = str(spot.get("thread_ts") or body.get("message", {}).get("thread_ts") or "")
    return Spot(body["channel"]["id"], body["user"]["id"], "" if thread == spot["message_ts"] else thread)


def command_of(body: Mapping[str, Any]) -> Command:
    """The command in a slash command's payload; its trigger belongs to one submission."""
    return Command(
        id="/".join(("slack", body["channel_id"], body["user_id"], body["trigger_id"])),
        person=Person("slack", body["user_id"], str(body.get("user_name") or "")),
        words=tuple(str(body.get("text") or "").split()),
    )


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
