"""Slack's way in: web sockets that are replaced before they are given up, for ever.

The SDK's own reconnecting keeps to the address of a dead ticket for ever, so it is not used: a socket here lives
once, and a line opens the next one with a new ticket.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack_errors import FAILURES, explain
from bot.runtime.tasks import spawn

NOT_OPEN = "Slack: the socket is not open yet; clicks and commands cannot be heard"

SDK_LOG = logging.getLogger("bot.chat.slack.sdk")
"""Given to the SDK, and mute: the SDK writes payloads and socket addresses; what matters is said by this package."""
SDK_LOG.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Pace:
    """Time scales in seconds.

    ping: between two pings of a socket; a half-open one is noticed after one and a half.
    connect: for opening a socket or a connection.
    answer: for one call of the Web API.
    first_wait, longest_wait: the back-off between attempts to open a socket.
    drain: for handlers in flight when a socket is closed.
    patience: that an acknowledgement waits for the answer to words, of the three that Slack waits.
    pause: between two tries to show a file that Slack still works on.
    """

    ping: float = 2.5
    connect: float = 10.0
    answer: float = 15.0
    first_wait: float = 0.5
    longest_wait: float = 30.0
    drain: float = 3.0
    patience: float = 2.0
    pause: float = 1.0

    def wait(self, failures: int) -> float:
        """Seconds before the next attempt: none at first, then doubling."""
        return 0.0 if failures == 0 else min(self.longest_wait, self.first_wait * 2.0 ** min(failures - 1, 30))


PACE = Pace()


class Socket(SocketModeClient):
    """One web socket, from its ticket to its end. `ended` is set when it is lost, or when Slack asks to move."""

    def __init__(self, web: AsyncWebClient, app_token: str, pace: Pace) -> None:
        super().__init__(app_token, SDK_LOG, web, auto_reconnect_enabled=False, ping_interval=pace.ping)
        self.ended = asyncio.Event()
        self.opened = False
        self._drain = pace.drain
        self._handling: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Connects once, with a new ticket, and waits for Slack's hello. Raises one of FAILURES."""
        ticket = await self.web_client.apps_connections_open(app_token=self.app_token)
        address = str(ticket["url"])
        self.current_session = await self.aiohttp_client_session.ws_connect(
            address,
            heartbeat=self.ping_interval,
            proxy=proxy_for(address),
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        )
        hello = await self.current_session.receive()
        if hello.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError("the web socket was closed before Slack's hello")
        await self.enqueue_message(hello.data)  # it may be a goodbye
        self.message_receiver = spawn("slack socket", self.receive_messages())
        self.opened = True

    async def receive_messages(self) -> None:
        """Takes messages until the socket is closed, by whomever."""
        try:
            assert self.current_session is not None
            async for message in self.current_session:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self.enqueue_message(message.data)
        finally:
            self.ended.set()

    async def process_message(self) -> None:
        """Handles the next message in a task of its own, which is kept, so that `close` can wait for it."""
        raw = await self.message_queue.get()
        task = spawn("slack message", self.run_message_listeners(json.loads(raw), raw))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Forced, Slack asks to move: the line opens the next socket while this one still serves."""
        if force:
            self.ended.set()

    async def retire(self) -> None:
        """Closes after Slack did, or after a short while, so that nothing that is under way here gets lost."""
        try:
            if self.message_receiver is not None:
                await asyncio.wait([self.message_receiver], timeout=self._drain)
        finally:
            await self.close()

    async def close(self) -> None:
        """Takes no more messages, waits for the handlers in flight so that their acks go out, and closes."""
        try:
            if self.message_receiver is not None:
                self.message_receiver.cancel()
            if self._handling:
                await asyncio.wait(self._handling, timeout=self._drain)
        finally:
            await super().close()  # type: ignore[no-untyped-call]  # the SDK has no annotation there


class Line:
    """Keeps one socket open until cancelled. `trouble` says in one line why none is, and is empty while one is."""

    def __init__(self, make: Callable[[], Socket], pace: Pace, changed: Callable[[], None]) -> None:
        self.trouble = NOT_OPEN
        self._make = make
        self._pace = pace
        self._changed = changed
        self._failures = 0

    async def keep(self) -> None:
        """Opens a socket, and the next one whenever it ended; the old one is closed after the new one is open."""
        socket: Socket | None = None
        try:
            while True:
                previous, socket = socket, await self._open()
                since = asyncio.get_running_loop().time()
                if previous is not None:
                    await previous.retire()
                await socket.ended.wait()
                lasted = asyncio.get_running_loop().time() - since
                self._failures = 0 if lasted > self._pace.longest_wait else self._failures + 1
                if socket.current_session is None or socket.current_session.closed:
                    self._note(
                        "Slack: the socket was lost and is being opened again; clicks and commands cannot be heard"
                    )
        finally:
            if socket is not None:
                await socket.close()

    async def _open(self) -> Socket:
        """A connected socket; tries for ever."""
        asked = 0.0  # by Slack's Retry-After
        while True:
            await asyncio.sleep(max(asked, self._pace.wait(self._failures)))
            socket = self._make()
            try:
                async with asyncio.timeout(self._pace.connect):
                    await socket.connect()
            except FAILURES as error:
                said = explain("open a socket", error, "SLACK_APP_TOKEN")
                asked = said.retry_after
                self._failures = 31 if said.permanent else self._failures + 1
                self._note(f"{said}; clicks and commands cannot be heard")
            else:
                self._note("")
                return socket
            finally:
                if not socket.opened:
                    await socket.close()

    def _note(self, trouble: str) -> None:
        self.trouble = trouble
        self._changed()


def proxy_for(address: str) -> str | None:
    """The proxy that the environment names for this address. The SDK alone would not respect NO_PROXY."""
    parts = urlsplit(address)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return None if proxy_bypass(parts.netloc.rpartition("@")[2]) else getproxies().get(scheme)
