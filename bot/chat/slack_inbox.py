"""What people do in Slack, handed to the desk: presses of our buttons, `/steward`, mentions, dialogs and the Home.

Clicks and dialogs are acknowledged after the desk returned, so after the commit; words too, unless their answer takes
longer than Slack waits. What nobody listens to is acknowledged as well, or Slack would send it three times more. A
crash behind a click is not acknowledged: Slack then warns the person.
"""

import asyncio
import logging
import time
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import slack_blocks, slack_views
from bot.chat.slack_payloads import OURS, Spot, click_of, command_of, mention_of, spot_of
from bot.chat.slack_socket import SDK_LOG
from bot.chat.slack_voice import Voice
from bot.domain.errors import StewardError
from bot.domain.people import Answer, Click, Command, Person
from bot.ports import Desk

log = logging.getLogger(__name__)

KEPT = 500
"""Mentions that are known when Slack delivers them again, up to six minutes later.

Only in this process: what changes something is remembered by the store as well, and a question that is answered
again after a restart does no harm.
"""
BROKEN = Answer("Something went wrong here, and the log of Steward says what", accepted=False)


class Inbox:
    """Listens to the envelopes of all sockets. `voice` says what comes of it."""

    def __init__(self, web: AsyncWebClient, desk: Desk, voice: Voice, patience: float) -> None:
        self._desk = desk
        self._voice = voice
        self._patience = patience
        self._heard: dict[str, asyncio.Task[Answer]] = {}
        # process_before_response: Bolt would otherwise run the handler in a task that nobody keeps or can wait for.
        # authorize: without one Bolt asks auth.test at the first click, which is lost when the answer fails to come.
        self._app = AsyncApp(
            name="steward", logger=SDK_LOG, client=web, authorize=_authorize, process_before_response=True
        )
        self._app.action(OURS)(self._clicked)
        self._app.command("/steward")(self._said)
        self._app.event("app_mention")(self._mentioned)
        self._app.event("app_home_opened")(self._opened)
        self._app.view(slack_views.DIALOGS)(self._submitted)
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
        if click.verb == "adjust" or click.digest == slack_blocks.ASK:
            await ack()
            self._ask_how(body["trigger_id"], click, spot)
            return
        try:
            answer = await self._desk.click(click)
        except StewardError as error:
            self._voice.tell(spot, Answer(f"Your click was not recorded: {error}", accepted=False))
            raise
        await ack()
        if click.verb == "reject" and answer.accepted:
            self._ask_why(body["trigger_id"], click, spot)
        self._tell(spot, click.person, answer)

    def _ask_how(self, trigger: str, click: Click, spot: Spot) -> None:
        """For how long, or how many: nothing happens before the dialog is sent."""
        made, rest = (slack_views.adjust, "5") if click.verb == "adjust" else (slack_views.silence, "2h WHY")
        words = f"The dialog did not open: write /steward {click.verb} {click.subject} {rest}"
        self._voice.dialog(trigger, made(click.subject, spot), spot, Answer(words, accepted=False))

    def _ask_why(self, trigger: str, click: Click, spot: Spot) -> None:
        instead = Answer(f"To say why, write /steward reason {click.subject} WHY")
        self._voice.dialog(trigger, slack_views.reason(click.subject, spot), spot, instead)

    async def _said(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        command, spot = command_of(body)
        asked = self._voice.later("slack command", self._answered(command))
        if await self._soon(asked):
            message = slack_blocks.answer(_result(asked))
            await ack(text=message.text, blocks=message.blocks, response_type="ephemeral")
            return
        await ack()
        self._when_done(asked, spot)

    async def _mentioned(self, body: dict[str, Any]) -> None:
        found = mention_of(body)
        if found is None:
            return
        command, spot = found
        if (before := self._heard.get(command.id)) is not None:
            await self._soon(before)  # a second delivery is answered once, and vouches for no more than the first
            return
        asked = self._heard[command.id] = self._voice.later("slack mention", self._answered(command))
        if len(self._heard) > KEPT:
            del self._heard[next(iter(self._heard))]
        await self._soon(asked)
        self._when_done(asked, spot)

    async def _opened(self, event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            self._voice.later("slack home", self._home(Person("slack", event["user"])))

    async def _submitted(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        command, spot = slack_views.submitted(body)
        if command.words[0] == "reason" and len(command.words) == 2:  # an empty dialog says nothing
            await ack()
            return
        answer = await self._answered(command)
        if answer.accepted:
            await ack()
            self._tell(spot, command.person, answer)
        else:
            await ack(response_action="errors", errors=slack_views.refused(body, answer))

    def _tell(self, spot: Spot, person: Person, answer: Answer) -> None:
        """Shows what a click came to where it was done; the Home is drawn anew with it."""
        if spot.channel:
            self._voice.tell(spot, answer)
        else:
            self._voice.later("slack home", self._home(person, answer.text))

    async def _home(self, person: Person, note: str = "") -> None:
        """Draws one person's Home as things are now. `note`: what this person's click came to."""
        now = await self._answered(Command(f"slack/home/{person.id}", person, ("home",)))
        text = note if now.card else f"{note}\n{now.text}".strip()
        self._voice.tell(Spot("", person.id), Answer(text, card=now.card))

    async def _answered(self, command: Command) -> Answer:
        try:
            return await self._desk.command(command)
        except StewardError as error:
            return Answer(f"That did not work: {error}", accepted=False)

    async def _soon(self, asked: asyncio.Task[Answer]) -> bool:
        """Whether the answer came before the acknowledgement must go."""
        done, _ = await asyncio.wait([asked], timeout=self._patience)
        return bool(done)

    def _when_done(self, asked: asyncio.Task[Answer], spot: Spot) -> None:
        asked.add_done_callback(lambda done: None if done.cancelled() else self._voice.tell(spot, _result(done)))

    async def _crashed(self, error: Exception, body: dict[str, Any]) -> None:
        log.error("Slack: a %s was not handled: %s: %s", body.get("type", "command"), type(error).__name__, error)


def _result(asked: asyncio.Task[Answer]) -> Answer:
    return BROKEN if asked.exception() else asked.result()


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
