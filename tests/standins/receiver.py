"""A server that restarts, scales and rolls back when a signed webhook asks it to, and remembers what it was asked."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SECRET = "whsec-1"


@dataclass
class Receiver:
    """The target behind the webhook. `refuse`: answer the next POSTs with this status and do nothing."""

    replicas: int = 2
    revision: str = "v2"
    restarts: int = 0
    version: int = 1
    refuse: int = 0
    port: int = 0
    done: dict[str, Any] = field(default_factory=dict)
    posts: list[web.BaseRequest] = field(default_factory=list)
    gets: list[web.BaseRequest] = field(default_factory=list)

    @property
    def effect(self) -> tuple[int, str, int]:
        """What only an action or somebody else changes."""
        return self.replicas, self.revision, self.restarts

    def url(self, path: str = "/act", host: str = "127.0.0.1") -> str:
        """An address of this server."""
        return f"http://{host}:{self.port}{path}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves both addresses."""
        body = await request.read()
        _verify(request, body)
        if request.method == "GET":
            self.gets.append(request)
            return web.json_response(self.state(request.headers.get("Idempotency-Key", "")))
        self.posts.append(request)
        if self.refuse:
            return web.Response(status=self.refuse, text="no,\nnot\u202e now")
        return self._act(json.loads(body), request.headers["Idempotency-Key"])

    def state(self, key: str) -> dict[str, Any]:
        """What the status address says."""
        return {
            "replicas": self.replicas,
            "ready": self.replicas,
            "revision": self.revision,
            "revisions": [{"name": "v1", "deployed_at": 1.0}, {"name": "v2", "deployed_at": 2.0}],
            "version": str(self.version),
            **({"action": "done" if key in self.done else "not_done"} if key else {}),
        }

    def _act(self, asked: dict[str, Any], key: str) -> web.StreamResponse:
        if key in self.done:
            return web.Response(status=200)
        if asked["version"] != str(self.version):
            return web.Response(status=412)
        assert asked["action"] == key
        self.done[key] = asked
        self.version += 1
        self.restarts += asked["verb"] == "restart"
        self.replicas = asked["parameters"].get("replicas", self.replicas)
        self.revision = asked["parameters"].get("revision", self.revision)
        return web.Response(status=202)


def _verify(request: web.BaseRequest, body: bytes) -> None:
    given = dict(pair.split("=") for pair in request.headers["X-Steward-Signature"].split(","))
    signed = hmac.new(SECRET.encode(), given["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signed, given["v1"])


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Serves one on loopback."""
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.handle, access_log=None))  # type: ignore[arg-type]  # any request class
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
