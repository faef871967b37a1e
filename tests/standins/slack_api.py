"""The Web API half of the stand-in: what the app may ask, answered with the documented bodies and error codes."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.standins.slack_extras import Files, Views, no
from tests.strict.shapes import Json
from tests.strict.slack import refusal

SCOPE_OF = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "conversations.info": "channels:read",
    "users.conversations": "channels:read",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
}


def buttons_of(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The buttons and menus by their action_id."""
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row}


@dataclass
class Posted:
    """A message as a channel has it. `only_for` is the one person who sees an ephemeral message."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str = ""
    only_for: str = ""
    edits: int = 0

    @property
    def words(self) -> str:
        """All that a reader sees, in order."""
        found: list[str] = []
        for block in self.blocks:
            texts = [block.get("text"), *block.get("elements", ())]
            for one in texts:
                inner = one.get("text", "") if isinstance(one, dict) else ""
                found.append(inner if isinstance(inner, str) else inner["text"])
        shown = "\n".join(found) if self.blocks else self.text
        return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """The buttons by their action_id."""
        return buttons_of(self.blocks)

    @property
    def json(self) -> dict[str, Any]:
        """The message as the API shows it."""
        body = {"type": "message", "ts": self.ts, "text": self.text, "blocks": self.blocks, "bot_id": "B0STEWARD"}
        return body | ({"thread_ts": self.thread_ts} if self.thread_ts else {})


@dataclass
class Faults:
    """What goes wrong. `limits` are the Retry-After seconds of the next calls that are refused with 429.

    bot, app: the error codes with which the tokens are refused. down: every request is answered with this status.
    refused: error codes by method.
    drop: methods whose next call is done and never answered. held: calls are done, and answered when it is set.
    """

    bot: str = ""
    app: str = ""
    down: int = 0
    limits: deque[int] = field(default_factory=deque)
    drop: set[str] = field(default_factory=set)
    held: asyncio.Event | None = None
    refused: dict[str, str] = field(default_factory=dict)


class Workspace:
    """One workspace with one channel, one app and its two tokens; its state, and the methods of the Web API."""

    def __init__(self, ticket: Callable[[], str]) -> None:
        self.bot_token, self.app_token, self.channel = "xoxb-1-standin-secret", "xapp-1-standin-secret", "C0STEWARD"
        self.scopes = {"chat:write", "commands", "app_mentions:read", "files:write", "channels:read"}
        self.channels: dict[str, dict[str, Any]] = {self.channel: {"is_member": True, "is_archived": False}}
        self.people = {"U0ADA": "ada", "U0BOB": "bob"}
        self.messages: list[Posted] = []
        self.faults = Faults()
        self.unfit: list[str] = []
        self.files, self.views = Files(), Views()
        self.changed = asyncio.Condition()
        self._ticket = ticket
        self._numbers = itertools.count(1)

    def visible(self, channel: str = "") -> list[Posted]:
        """The messages that stand in a channel, oldest first, without threads and ephemeral ones."""
        return [one for one in self._in(channel) if not one.only_for and one.thread_ts in {"", one.ts}]

    def thread(self, ts: str, channel: str = "") -> list[Posted]:
        """The replies below a message."""
        return [one for one in self._in(channel) if one.thread_ts == ts and one.ts != ts and not one.only_for]

    def whispers(self, user: str) -> list[Posted]:
        """The ephemeral messages that this person saw."""
        return [one for one in self.messages if one.only_for == user]

    def _in(self, channel: str) -> list[Posted]:
        return [one for one in self.messages if one.channel == (channel or self.channel)]

    async def until(self, condition: Callable[[Self], bool], seconds: float = 5.0) -> None:
        """Waits until what was called and posted is as the condition says."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(self))

    async def answer(self, method: str, request: web.Request) -> Json:
        """Does what a request asks; gives the body of the answer."""
        form = {**request.query, **await request.post()} if request.content_type != "application/json" else {}
        given = await request.json() if request.content_type == "application/json" else _parsed(form)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or form.get("token", "")
        if refused := self._unwelcome(method, str(token)):
            return refused
        if refused := self.judged(method, given):
            return refused
        handlers = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._open,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.postEphemeral": self._whisper,
            "files.getUploadURLExternal": self.files.url,
            "files.completeUploadExternal": self.files.complete,
            "files.delete": self.files.delete,
            "views.open": self.views.open,
            "views.publish": self.views.publish,
            "conversations.info": self._info,
            "users.conversations": self._mine,
            "conversations.history": self._history,
            "conversations.replies": self._history,
        }
        if method not in handlers:
            return no("unknown_method")
        done = await handlers[method](given)
        async with self.changed:
            self.changed.notify_all()
        return done

    def _unwelcome(self, method: str, token: str) -> Json | None:
        if not token:
            return no("not_authed")
        opening = method == "apps.connections.open"
        wanted, other = (self.app_token, self.bot_token) if opening else (self.bot_token, self.app_token)
        if token != wanted:
            return no("not_allowed_token_type" if token == other else "invalid_auth")
        if code := self.faults.app if opening else self.faults.bot:
            return no(code, **({"needed": "connections:write"} if code == "missing_scope" else {}))
        if code := self.faults.refused.get(method, ""):
            return no(code)
        needed = SCOPE_OF.get(method, "")
        if needed and needed not in self.scopes:
            return no("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))
        return None

    async def _auth_test(self, given: Json) -> Json:
        who = {"team": "standin", "user": "steward", "team_id": "T0STEWARD", "user_id": "U0STEWARD"}
        return {"ok": True, "url": "https://standin.slack.com/", "bot_id": "B0STEWARD", **who}

    async def _open(self, given: Json) -> Json:
        return {"ok": True, "url": self._ticket()}

    async def _post(self, given: Json) -> Json:
        if refused := self._closed(given):
            return refused
        if refused := self.files.refusal(given.get("blocks") or []):
            return refused
        posted = await self.add(given["channel"], given, thread_ts=given.get("thread_ts", ""))
        return {"ok": True, "channel": posted.channel, "ts": posted.ts, "message": posted.json}

    async def _whisper(self, given: Json) -> Json:
        if refused := self._closed(given):
            return refused
        if given.get("user") not in self.people:
            return no("user_not_in_channel")
        posted = await self.add(given["channel"], given, thread_ts=given.get("thread_ts", ""), only_for=given["user"])
        return {"ok": True, "message_ts": posted.ts}

    async def _update(self, given: Json) -> Json:
        if refused := self._closed(given):
            return refused
        found = [one for one in self._in(given["channel"]) if one.ts == given.get("ts") and not one.only_for]
        if not found:
            return no("message_not_found")
        if refused := self.files.refusal(given.get("blocks") or []):
            return refused
        found[0].text, found[0].blocks = given.get("text", ""), list(given.get("blocks", []))
        found[0].edits += 1
        async with self.changed:
            self.changed.notify_all()
        return {"ok": True, "channel": found[0].channel, "ts": found[0].ts, "text": found[0].text}

    async def _info(self, given: Json) -> Json:
        channel = self.channels.get(str(given.get("channel")))
        if channel and channel.get("is_private") and "groups:read" not in self.scopes:
            return no("missing_scope", needed="groups:read", provided=",".join(sorted(self.scopes)))
        return {"ok": True, "channel": {"id": given["channel"], **channel}} if channel else no("channel_not_found")

    async def _mine(self, given: Json) -> Json:
        types = set(str(given.get("types") or "public_channel").split(","))
        if "private_channel" in types and "groups:read" not in self.scopes:
            return no("missing_scope", needed="groups:read", provided=",".join(sorted(self.scopes)))
        found = [
            {"id": id_, "name": one.get("name", "ops"), "is_private": bool(one.get("is_private"))}
            for id_, one in self.channels.items()
            if one["is_member"] and not one["is_archived"]
            if ("private_channel" if one.get("is_private") else "public_channel") in types
        ]
        start, size = int(given.get("cursor") or 0), int(given.get("limit") or 100)
        more = str(start + size) if start + size < len(found) else ""
        return {"ok": True, "channels": found[start : start + size], "response_metadata": {"next_cursor": more}}

    async def _history(self, given: Json) -> Json:
        channel, ts = str(given.get("channel")), str(given.get("ts", ""))
        if channel not in self.channels:
            return no("channel_not_found")
        roots = [one for one in self.visible(channel) if not ts or one.ts == ts]
        if ts and not roots:
            return no("thread_not_found")
        found = roots + self.thread(ts, channel) if ts else list(reversed(roots))
        return {"ok": True, "messages": [one.json for one in found], "has_more": False}

    def _closed(self, given: Json) -> Json | None:
        channel = self.channels.get(str(given.get("channel")))
        if channel is None:
            return no("channel_not_found")
        if channel["is_archived"]:
            return no("is_archived")
        if not channel["is_member"]:
            return no("not_in_channel")
        return None

    def judged(self, method: str, given: Json) -> Json | None:
        """How Slack refuses what is in a call, if it does. No test may end with such a call: see `unfit`."""
        code, details = refusal(method, given)
        if not code:
            return None
        self.unfit.append(f"{method}: {code}: {details}")
        return no(code, errors=details, response_metadata={"messages": details})

    async def add(self, channel: str, given: Json, thread_ts: str = "", only_for: str = "") -> Posted:
        """Puts a message where it is seen."""
        ts = f"1700000000.{next(self._numbers):06}"
        text = given.get("text", "")[:40_000]
        posted = Posted(channel, ts, text, list(given.get("blocks", [])), thread_ts, only_for)
        self.messages.append(posted)
        for root in self.messages if thread_ts and not only_for else ():
            if root.ts == thread_ts:
                root.thread_ts = thread_ts  # Slack marks a message that has replies as the root of its own thread
        async with self.changed:
            self.changed.notify_all()
        return posted


def _parsed(form: Json) -> Json:
    """The arguments of a form, in which lists and objects come as JSON."""
    return {name: json.loads(value) if str(value).startswith(("[", "{")) else value for name, value in form.items()}
