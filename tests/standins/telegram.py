"""A stand-in of the Telegram Bot API on loopback, faithful to https://core.telegram.org/bots/api.

`world` is what people see and do; the rest of this class is the server and its faults.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.standins.telegram_forum import Api
from tests.standins.telegram_methods import RefusedError
from tests.standins.telegram_world import Json, World
from tests.strict.telegram import faults

TOKEN = "4242:stand-in-SECRET_0123456789abcdefghij"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_WORDS = {"text", "caption", "name", "description", "short_description"}
"""Arguments that are words, and never JSON."""
T = TypeVar("T")


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next call of a method. `drop`: it is done, but the answer is lost."""

    refusal: RefusedError | None = None
    drop: bool = False
    hold: asyncio.Event | None = None


@dataclass(slots=True)
class Call:
    """One call, as it came."""

    method: str
    args: Json = field(default_factory=dict)


class TelegramStandIn:
    """The server. Use it as an async context manager."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.world = World()
        self.calls: list[Call] = []
        self.unfit: list[str] = []
        self.down = False
        self.rival = False
        self.port = 0
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._changed = asyncio.Condition()
        self._poller = 0
        self._stopping = False
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.stop()
        assert kind or not self.unfit, f"Telegram would have refused: {self.unfit}"

    @property
    def url(self) -> str:
        """What `api_url` is set to."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listens; after a stop, on the same port again."""
        self._stopping = False
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuses connections from now on."""
        self._stopping = True
        await self._wake()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # What a test does to it.

    def fail(self, method: str, code: int, description: str, **parameters: int) -> None:
        """The next call of the method is refused."""
        self._faults[method].append(Fault(RefusedError(code, description, **parameters)))

    def drop(self, method: str) -> None:
        """The next call of the method is done, and then the connection dies."""
        self._faults[method].append(Fault(drop=True))

    def hold(self, method: str) -> asyncio.Event:
        """The next call of the method is answered only once the event is set."""
        event = asyncio.Event()
        self._faults[method].append(Fault(hold=event))
        return event

    async def act(self, action: Callable[[], T]) -> T:
        """Does something in the world, such as a press, and lets the poller know."""
        result = action()
        await self._wake()
        return result

    async def until(self, condition: Callable[[], T], seconds: float = 5.0) -> T:
        """Waits until the condition holds; it is looked at after every call and act. Gives its value."""
        async with asyncio.timeout(seconds), self._changed:
            while not (value := condition()):
                await self._changed.wait()
        return value

    def called(self, method: str) -> list[Json]:
        """The arguments of each call of a method so far."""
        return [call.args for call in self.calls if call.method == method]

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # The server.

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        call = Call(request.match_info["method"], await _arguments(request))
        self.calls.append(call)
        if self.down:
            await self._wake()
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        faults = self._faults[call.method]
        fault = faults.popleft() if faults else Fault()
        try:
            result = await self._answer(request.match_info["token"], call, fault)
        except RefusedError as error:
            return _refused(error)
        finally:
            await self._wake()
        if fault.drop and request.transport is not None:
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    async def _answer(self, token: str, call: Call, fault: Fault) -> object:
        if token != self.token:
            raise RefusedError(401, "Unauthorized")
        if fault.refusal is not None:
            raise fault.refusal
        if fault.hold is not None:
            await fault.hold.wait()
        if found := faults(call.method, call.args):
            self.unfit.append(f"{call.method}: {found}")
            raise RefusedError(400, f"Bad Request: {found[0]}")
        if call.method == "getUpdates":
            return await self._updates(call.args)
        api = Api(self.world)
        methods: dict[str, Callable[[Json], object]] = {
            "getMe": lambda _: self.world.me(),
            "sendMessage": api.send,
            "editMessageText": api.edit,
            "answerCallbackQuery": api.answer,
            "setMyCommands": api.set_commands,
            "sendPhoto": api.send_photo,
            "editMessageMedia": api.edit_media,
            "createForumTopic": api.create_topic,
            "editForumTopic": api.edit_topic,
            "closeForumTopic": api.close_topic,
            "reopenForumTopic": api.reopen_topic,
            "getChat": api.chat,
            "getChatMember": api.member,
            "getWebhookInfo": api.webhook,
            "deleteWebhook": api.delete_webhook,
        }
        if call.method not in methods:
            raise RefusedError(404, "Not Found")
        return methods[call.method](call.args)

    async def _updates(self, args: Json) -> list[Json]:
        """Long polling: an offset confirms what is below it; a newer poll ends an older one."""
        if self.world.webhook:
            raise RefusedError(409, WEBHOOK)
        updates = self.world.updates
        offset = int(args.get("offset") or 0)
        if offset > 0:
            updates[:] = [update for update in updates if update["update_id"] >= offset]
        elif offset < 0:
            del updates[:offset]
        async with self._changed:
            self._poller += 1
            mine = self._poller
            self._changed.notify_all()
            try:
                async with asyncio.timeout(float(args.get("timeout") or 0)):
                    await self._changed.wait_for(
                        lambda: updates or self._stopping or self.rival or self._poller != mine
                    )
            except TimeoutError:
                pass
            if self.rival or self._poller != mine:
                raise RefusedError(409, CONFLICT)
        return updates[: min(int(args.get("limit") or 100), 100)]


def _refused(error: RefusedError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return web.json_response(body, status=error.code)


async def _arguments(request: web.Request) -> Json:
    """Query, form or JSON, as the Bot API takes them; objects inside a form are JSON texts."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body: Json = await request.json()
        return args | body
    args |= await request.post()
    return {name: _value(name, value) for name, value in args.items()}


def _value(name: str, value: object) -> object:
    if isinstance(value, web.FileField):
        return value.file.read()
    coded = isinstance(value, str) and value[:1] in {"{", "["} and name not in _WORDS
    return json.loads(str(value)) if coded else value
