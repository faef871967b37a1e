"""The server: an address that can be had or a clear word why not, and an end that comes."""

import asyncio
import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.domain.errors import StewardError
from bot.web.server import Server


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def serving(host: str = "127.0.0.1", port: int = 0) -> Server:
    return Server(Starlette(routes=[Route("/", hello)]), host, port, asyncio.Event())


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


async def test_it_serves_on_a_port_of_the_kernels_choice_until_it_is_stopped() -> None:
    server = serving()
    server.bind()
    assert server.port > 0
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        async with httpx.AsyncClient() as client:
            assert (await client.get(server.address)).text == "hello"
        await server.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_a_cancelled_server_lets_go_of_its_address() -> None:
    server = serving()
    server.bind()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(server.serve())
        async with httpx.AsyncClient() as client:
            await client.get(server.address)
        task.cancel()
    again = serving(port=server.port)
    again.bind()
    await again.stop()


async def test_an_address_that_is_taken_is_one_clear_line(taken: int) -> None:
    with pytest.raises(
        StewardError, match=rf"chat\.web\.listen: cannot listen on 127\.0\.0\.1:{taken} \(address already"
    ):
        await serving(port=taken).serve()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("steward.example", "http://steward.example:80"),
    ],
)
def test_the_address_is_one_that_a_browser_here_can_open(host: str, address: str) -> None:
    assert serving(host, 80).address == address


async def test_stopping_what_never_served_is_no_trouble() -> None:
    await serving().stop()


async def test_what_was_stopped_before_it_began_never_begins() -> None:
    server = serving()
    server.bind()
    await server.stop()
    await server.serve()
    again = serving(port=server.port)
    again.bind()
    await again.stop()
