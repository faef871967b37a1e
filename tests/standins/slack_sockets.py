"""The Socket Mode half of the stand-in: tickets, web sockets, envelopes, acknowledgements and second deliveries.

Source: "Using Socket Mode" on docs.slack.dev. Times that Slack counts in minutes are shortened here.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]


@dataclass
class Delivery:
    """What became of one thing that a person did. `answer` is the payload that came with the acknowledgement."""

    kind: str
    payload: Json
    envelopes: list[str] = field(default_factory=list)
    acknowledged: bool = False
    answer: Json = field(default_factory=dict)


@dataclass(eq=False)
class Link:
    """One open web socket. A mute one is half-open; a leaving one gets nothing new."""

    socket: web.WebSocketResponse
    request: web.Request
    mute: bool = False
    leaving: bool = False
    waiting: dict[str, "asyncio.Future[Json]"] = field(default_factory=dict)


class Sockets:
    """All sockets of the app. An event goes to one of them, in turn.

    stillborn: how many of the next tickets are dead before they are used.
    """

    def __init__(self, ack_within: float, retries: tuple[float, ...]) -> None:
        self.links: list[Link] = []
        self.opened = 0
        self.refused = 0
        self.stillborn = 0
        self.acks: list[str] = []
        self.changed = asyncio.Condition()
        self.ack_within = ack_within
        self._retries = retries
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)

    def ticket(self) -> str:
        """A new ticket, good for one connection; or a dead one, if any are asked for."""
        ticket = f"ticket-{next(self._numbers)}-secret"
        if self.stillborn:
            self.stillborn -= 1
        else:
            self._tickets.add(ticket)
        return ticket

    def kill_tickets(self) -> None:
        """What was issued and not used so far is refused from now on."""
        self._tickets.clear()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The route of the web socket."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            await self._count(refused=1)
            return web.Response(status=403, text="dead ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        link = Link(socket, request)
        await socket.send_json({"type": "hello", "num_connections": len(self.links) + 1, "connection_info": {}})
        self.links.append(link)
        await self._count(opened=1)
        try:
            await self._listen(link)
        finally:
            self.links.remove(link)
            for future in link.waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError("the socket was lost"))
            await self._count()
        return socket

    async def _listen(self, link: Link) -> None:
        async for message in link.socket:
            if link.mute:
                continue
            if message.type is WSMsgType.PING:
                await link.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(link, json.loads(message.data))

    def _acknowledged(self, link: Link, said: Json) -> None:
        self.acks.append(said["envelope_id"])
        for one in [link, *self.links]:  # an acknowledgement may come by another socket
            future = one.waiting.get(said["envelope_id"])
            if future is not None and not future.done():
                future.set_result(said.get("payload") or {})

    async def _count(self, opened: int = 0, refused: int = 0) -> None:
        async with self.changed:
            self.opened += opened
            self.refused += refused
            self.changed.notify_all()

    async def until(self, condition: Callable[["Sockets"], bool], seconds: float = 5.0) -> None:
        """Waits until the sockets are as the condition says."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(self))

    async def connected(self, count: int = 2) -> None:
        """Waits until this many sockets are open and answering."""
        await self.until(lambda sockets: sum(not link.mute for link in sockets.links) >= count)

    async def deliver(self, delivery: Delivery, via: Link | None = None) -> Delivery:
        """Sends an envelope and waits for its acknowledgement. Only events are delivered again when none comes.

        via: the socket for it; in turn otherwise.
        """
        waits = (0.0, *self._retries) if delivery.kind == "events_api" else (0.0,)
        for attempt, wait in enumerate(waits):
            await asyncio.sleep(wait)
            if all(link.leaving for link in self.links):
                continue
            try:
                delivery.answer = await self._send(delivery, attempt, via)
            except (ConnectionError, TimeoutError):
                continue
            delivery.acknowledged = True
            break
        return delivery

    async def _send(self, delivery: Delivery, attempt: int, via: Link | None) -> Json:
        number = next(self._numbers)
        staying = [link for link in self.links if not link.leaving]
        link, envelope = via or staying[number % len(staying)], f"envelope-{number}"
        body: Json = {"type": delivery.kind, "envelope_id": envelope, "payload": delivery.payload}
        body["accepts_response_payload"] = delivery.kind != "events_api"
        if delivery.kind == "events_api":
            body |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        delivery.envelopes.append(envelope)
        link.waiting[envelope] = asyncio.get_running_loop().create_future()
        try:
            await link.socket.send_json(body)
            async with asyncio.timeout(self.ack_within):
                return await link.waiting[envelope]
        finally:
            del link.waiting[envelope]
            await self._count()

    def break_all(self) -> None:
        """Cuts every socket's connection without a goodbye."""
        for link in self.links:
            if link.request.transport is not None:
                link.request.transport.abort()

    def half_open(self) -> None:
        """The open sockets stay open but answer no ping any more, and nothing that is sent by them counts."""
        for link in self.links:
            link.mute = True

    async def ask_to_move(self, reason: str = "refresh_requested") -> list[Link]:
        """Tells every socket to reconnect, as Slack does every few hours; gives them once as many others are open."""
        old, opened = list(self.links), self.opened
        for link in old:
            await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "standin"}})
        await self.until(lambda sockets: sockets.opened >= opened + len(old))
        for link in old:
            link.leaving = True
        return old

    async def part(self, links: list[Link]) -> None:
        """Closes sockets, when nothing is under way on them any more."""
        await self.until(lambda _: not any(link.waiting for link in links))
        for link in links:
            await link.socket.close()
