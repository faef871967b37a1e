"""What the tests of the sandbox share: stub releases, waiting for a condition, an application on a real port."""

import asyncio
import random
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry

from actions.manifest import Release
from demo.kit import Kit
from demo.peers import Peers
from demo.service import Identity, build
from demo.targets import Endpoint, render, write
from demo.telemetry import Journal, Telemetry

Client = TestClient[web.Request, web.Application]


def stub(name: str, *arguments: str) -> Release:
    return Release(name, (sys.executable, "-m", "tests.unit.demo.stub", *arguments), deployed_at=1.0)


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the condition never came true")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def kit(directory: Path, settings: dict[str, str], stream: TextIO) -> AsyncIterator[Kit]:
    async with aiohttp.ClientSession() as session:
        caller = Peers(directory, session, Telemetry(CollectorRegistry(), "v1"))
        yield Kit(caller, Journal("test", stream), random.Random("test"), settings)


@asynccontextmanager
async def service(name: str, directory: Path, settings: dict[str, str] | None = None) -> AsyncIterator[Client]:
    app = await build(Identity(name, "v1", directory), settings or {}, CollectorRegistry())
    async with TestClient(TestServer(app)) as client:
        yield client


@asynccontextmanager
async def peers(directory: Path, **statuses: int) -> AsyncIterator[None]:
    """Stands in for other services: each answers everything with its status."""
    servers = []
    for status in statuses.values():
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answering(status))
        servers.append(TestServer(app))
    for server in servers:
        await server.start_server()
    endpoints = [Endpoint(name, f"{name}-0", server.port or 0) for name, server in zip(statuses, servers, strict=True)]
    write(directory, render(endpoints))
    try:
        yield
    finally:
        for server in servers:
            await server.close()


def answering(status: int) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    return answer


async def metrics(client: Client) -> str:
    response = await client.get("/metrics")
    return await response.text()
