"""A loopback stand-in of Ollama's HTTP API (`/api/chat` without streaming, `/api/tags`), well or in trouble."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

FOREVER = "never answers"
DROPPED = "drops the connection"
HALF = "half an answer"

TROUBLES: Mapping[str, tuple[int, bytes]] = {
    "full queue": (503, b'{"error":"server busy, please try again.  maximum pending requests exceeded"}'),
    "internal error": (500, b'{"error":"llama runner process has terminated: signal: killed"}'),
    "error without words": (500, b""),
    "error that is a list": (500, b"[1]"),
    "error that is an object": (400, b'{"error":{"message":"no","code":3}}'),
    "error in lines": (500, b'{"error":"one\\ntwo\\nthree"}'),
    "error as a page": (502, b"<html>\r\n<h1>Bad gateway</h1></html>"),
    "a page": (200, b"<!doctype html><html>log in</html>"),
    "nothing": (200, b""),
    "other JSON": (200, b'{"hello": 1}'),
    "a list": (200, b"[1, 2]"),
    "wrong types": (200, b'{"model": 7, "message": "hi", "models": 3}'),
    "deep JSON": (200, b"[" * 100_000),
    "binary": (200, bytes(range(256))),
}
"""Answers in which nothing of use comes: status and body."""


@dataclass
class StandIn:
    """A running server. `content` is what the model says; `trouble` one of the troubles, or empty."""

    content: str = '{"summary": "ok"}'
    trouble: str = ""
    models: tuple[str, ...] = ("llama3.2:latest", "qwen2.5:3b")
    url: str = ""
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """POST /api/chat."""
        body = await request.json()
        self.asked.append(body)
        if self.trouble:
            return await self._in_trouble(request)
        if wrong := _wrong(body):
            return _error(400, wrong)
        if self._named(body["model"]) not in self.models:
            return _error(404, f"model '{body['model']}' not found")
        return web.json_response(self._said(body))

    async def tags(self, request: web.Request) -> web.StreamResponse:
        """GET /api/tags."""
        if self.trouble:
            return await self._in_trouble(request)
        details = {"format": "gguf", "family": "llama", "parameter_size": "3.2B", "quantization_level": "Q4_K_M"}
        common = {"modified_at": "2026-11-01T10:00:00Z", "size": 2_019_393_189, "digest": "a" * 64, "details": details}
        return web.json_response({"models": [{"name": one, "model": one, **common} for one in self.models]})

    def _said(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer, cut where the real one would be: four characters count as a token."""
        options = body.get("options", {})
        words = sum(len(message["content"]) for message in body["messages"]) // 4
        most = options.get("num_predict", 1_000_000)
        cut = len(self.content) > 4 * most
        return {
            "model": body["model"],
            "created_at": "2026-11-20T10:00:00.000000Z",
            "message": {"role": "assistant", "content": self.content[: 4 * most]},
            "done": True,
            "done_reason": "length" if cut else "stop",
            "total_duration": 5_043_500_667,
            "load_duration": 5_025_959,
            "prompt_eval_count": min(words, options.get("num_ctx", 4096)),
            "prompt_eval_duration": 325_953_000,
            "eval_count": min(len(self.content) // 4, most),
            "eval_duration": 4_709_213_000,
        }

    async def _in_trouble(self, request: web.Request) -> web.StreamResponse:
        self.came.set()
        if self.trouble == FOREVER:
            await self.ended.wait()
        assert request.transport is not None
        if self.trouble == HALF:
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b'{"model": "llama3.2", "mess')
        if self.trouble not in TROUBLES:
            request.transport.abort()
            return web.Response()
        status, body = TROUBLES[self.trouble]
        return web.Response(status=status, body=body)

    def _named(self, model: str) -> str:
        return model if ":" in model else f"{model}:latest"


def _wrong(body: Mapping[str, Any]) -> str:
    """What Ollama would refuse in a request."""
    if not isinstance(body.get("model"), str) or not body["model"]:
        return "model is required"
    if not isinstance(body.get("messages"), list):
        return "invalid messages"
    if body.get("stream") is not False:
        return "this stand-in does not stream"
    wanted = body.get("format")
    if wanted not in (None, "", "json") and not isinstance(wanted, dict):
        return f'invalid format: {json.dumps(wanted)}; expected "json" or a JSON schema'
    return ""


def _error(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)


@asynccontextmanager
async def standing() -> AsyncIterator[StandIn]:
    """Serves on a free loopback port for as long as the block lasts."""
    stand_in = StandIn()
    app = web.Application(client_max_size=32_000_000)
    app.add_routes([web.post("/api/chat", stand_in.chat), web.get("/api/tags", stand_in.tags)])
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield stand_in
    finally:
        stand_in.ended.set()
        await runner.cleanup()
