"""A stand-in of Slack on loopback: the Web API and Socket Mode as documented, with controls for what can go wrong.

async with SlackStandin() as slack:
    chat = Slack(SlackOptions(channel=slack.channel, api_url=slack.api_url), slack.bot_token, slack.app_token)
    ref = await chat.post(card)
    await slack.press("U0ADA", slack.visible()[0].ts, "steward_approve")
"""

import itertools
import socket
from typing import Any, Self

from aiohttp import web

from tests.standins.slack_api import SCOPE_OF, Workspace, buttons_of
from tests.standins.slack_sockets import Delivery, Sockets


class SlackStandin(Workspace):
    """The workspace on a port of the loopback, and what its people do."""

    def __init__(self, ack_within: float = 3.0, retries: tuple[float, ...] = (0.0, 0.05, 0.1)) -> None:
        super().__init__(lambda: f"ws://127.0.0.1:{self._port}/link?ticket={self.sockets.ticket()}&app_id=A0STEWARD")
        self.calls: list[str] = []
        self.sockets = Sockets(ack_within, retries)
        self._presses = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.stop()
        assert kind or not self.unfit, f"Slack would have refused: {self.unfit}"

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    async def start(self) -> None:
        """Listens; after a `stop` on the same port again."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._serve)
        app.router.add_get("/link", self.sockets.serve)
        app.router.add_post("/upload/{file}", self.files.take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        self._port = listening.getsockname()[1]
        self.files.base = f"http://127.0.0.1:{self._port}"
        await web.SockSite(self._runner, listening).start()

    async def stop(self) -> None:
        """Breaks all connections; new ones are refused."""
        self.sockets.break_all()
        if self.faults.held is not None:
            self.faults.held.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def press(self, user: str, ts: str, action_id: str, choice: str = "") -> Delivery:
        """A person presses a button of a message, or picks a choice of a menu. Gives the outcome once Slack knows it.

        choice: the label that is picked.
        """
        message = next(one for one in self.messages if one.ts == ts)
        where = {
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": message.channel,
                "is_ephemeral": bool(message.only_for),
            },
            "channel": {"id": message.channel, "name": "ops"},
            **({} if message.only_for else {"message": message.json}),
        }
        return await self._act(user, where, message.buttons[action_id], choice)

    async def press_home(self, user: str, action_id: str, choice: str = "") -> Delivery:
        """The same at the person's Home."""
        view = self.views.homes[user]
        where = {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        return await self._act(user, where, buttons_of(view["blocks"])[action_id], choice)

    async def _act(self, user: str, where: dict[str, Any], element: dict[str, Any], choice: str) -> Delivery:
        action: dict[str, Any] = {
            key: element[key] for key in ("type", "action_id", "text", "value", "style", "url") if key in element
        }
        if choice:
            action["selected_option"] = next(one for one in element["options"] if one["text"]["text"] == choice)
        action |= {"block_id": "b1", "action_ts": f"1.{next(self._presses):06}"}
        who = {"user": {"id": user, "username": self.people.get(user, user), "team_id": "T0STEWARD"}}
        payload = self._origin(user) | who | where | {"type": "block_actions", "actions": [action]}
        return await self.sockets.deliver(Delivery("interactive", payload))

    async def submit(self, user: str, **values: str) -> Delivery:
        """A person fills in the dialog that was opened last, and sends it. `values`: by block."""
        view = self.views.opened[-1]
        filled = {
            block["block_id"]: {
                block["element"]["action_id"]: {"type": "plain_text_input", "value": values.get(block["block_id"])}
            }
            for block in view["blocks"]
        }
        payload = self._origin(user) | {
            "type": "view_submission",
            "user": {"id": user, "username": self.people.get(user, user), "team_id": "T0STEWARD"},
            "view": view | {"state": {"values": filled}},
            "response_urls": [],
        }
        delivery = await self.sockets.deliver(Delivery("interactive", payload))
        self.judged("ack:view_submission", delivery.answer)
        return delivery

    async def mention(self, user: str, text: str, thread: str = "", **more: Any) -> Delivery:
        """A person writes a message that mentions the bot, in a thread or outside of any."""
        ts = f"1700000001.{next(self._presses):06}"
        event = {"type": "app_mention", "user": user, "text": text, "channel": self.channel, "ts": ts, "event_ts": ts}
        return await self.event(event | ({"thread_ts": thread} if thread else {}) | more)

    async def command(self, user: str, text: str, command: str = "/steward") -> Delivery:
        """A person sends a slash command; the answer that only they see is in the delivery."""
        payload = self._origin(user) | {
            "command": command,
            "text": text,
            "user_id": user,
            "user_name": self.people.get(user, user),
            "channel_id": self.channel,
            "channel_name": "ops",
        }
        delivery = await self.sockets.deliver(Delivery("slash_commands", payload))
        if delivery.answer:
            self.judged("response", delivery.answer)
            await self.add(self.channel, delivery.answer, only_for=user)
        return delivery

    async def event(self, event: dict[str, Any]) -> Delivery:
        """Something happens that the app is subscribed to."""
        payload: dict[str, Any] = {"type": "event_callback", "event_id": f"Ev{next(self._presses)}", "event": event}
        payload["authorizations"] = [{"team_id": "T0STEWARD", "user_id": "U0STEWARD", "is_bot": True}]
        return await self.sockets.deliver(Delivery("events_api", payload | {"team_id": "T0STEWARD"}))

    def _origin(self, user: str) -> dict[str, Any]:
        trigger = f"{next(self._presses)}.{user}"
        self.views.triggers.add(trigger)
        return {
            "token": "verification-secret",
            "api_app_id": "A0STEWARD",
            "team": {"id": "T0STEWARD", "domain": "standin"},
            "team_id": "T0STEWARD",
            "trigger_id": trigger,
            "response_url": f"{self.api_url.removesuffix('api/')}response/1",
        }

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        if self.faults.down:
            return web.Response(status=self.faults.down, text="<html>down</html>", content_type="text/html")
        if self.faults.limits:
            headers = {"Retry-After": str(self.faults.limits.popleft())}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        body = await self.answer(method, request)
        if self.faults.held is not None:
            await self.faults.held.wait()
        if method in self.faults.drop and request.transport is not None:
            self.faults.drop.remove(method)
            request.transport.abort()
        headers = {"x-oauth-scopes": ",".join(sorted(self.scopes)), "x-accepted-oauth-scopes": SCOPE_OF.get(method, "")}
        return web.json_response(body, headers=headers)
