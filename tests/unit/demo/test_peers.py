import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from demo.peers import PeerError, Peers
from demo.targets import Directory, Endpoint, render, write
from demo.telemetry import Telemetry
from tests.unit.demo.support import peers


async def call(directory: Path, times: int = 1) -> list[int]:
    async with aiohttp.ClientSession() as session:
        caller = Peers(directory, session, Telemetry(CollectorRegistry(), "v1"))
        return [await caller.call("catalog", "GET", "/products") for _ in range(times)]


async def test_the_peers_status_is_given(tmp_path: Path) -> None:
    async with peers(tmp_path, catalog=503):
        assert await call(tmp_path) == [503]


async def test_a_replica_that_refuses_is_passed_over(tmp_path: Path) -> None:
    async with peers(tmp_path, catalog=200):
        live = int(Directory(tmp_path).addresses("catalog")[0].split(":")[1])
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            dead = silent.getsockname()[1]
            write(tmp_path, render([Endpoint("catalog", "catalog-0", dead), Endpoint("catalog", "catalog-1", live)]))

            assert await call(tmp_path, times=4) == [200, 200, 200, 200]


async def test_nobody_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match="catalog refuses connections"):
        await call(tmp_path)


async def test_a_connection_that_breaks_is_said(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        write(tmp_path, render([Endpoint("catalog", "catalog-0", server.sockets[0].getsockname()[1])]))
        with pytest.raises(PeerError, match="catalog broke the connection"):
            await call(tmp_path)
