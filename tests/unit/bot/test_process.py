import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.assembly import assemble
from bot.config.document import parse
from bot.config.load import check
from bot.config.model import WebSettings
from bot.config.secrets import Secrets
from bot.domain.errors import StewardError
from bot.process import Process, page_of
from bot.store import migrate
from bot.store.store import SqlStore
from tests.standins.prometheus import Asked, Reply, standing

CONFIG = """
store: {store}
sources: [{{name: shop, kind: scrape, every: 50ms, targets: [{{url: "{metrics}/metrics", service: payments}}]}}]
chat: {{web: {{listen: "127.0.0.1:{port}"}}}}
"""

PROMETHEUS = """
store: {store}
sources: [{{name: shop, kind: prometheus, every: 50ms, url: "{metrics}"}}]
chat: {{web: {{listen: "127.0.0.1:{port}"}}}}
"""


class Service:
    """A tiny service: its page counts the scrapes, and says when there were enough."""

    def __init__(self) -> None:
        self.scrapes = 0
        self.enough = asyncio.Event()

    def __call__(self, _asked: Asked) -> Reply:
        self.scrapes += 1
        if self.scrapes >= 3:
            self.enough.set()
        page = f'http_requests_total{{code="200"}} {100 * self.scrapes}\nprocess_resident_memory_bytes 5e7\n'
        return Reply(page.encode())


def process(store: str, metrics: str, port: int = 0, config: str = CONFIG) -> Process:
    text = config.format(store=store, metrics=metrics, port=port)
    return Process(assemble(check(parse(text, "steward.yaml", {})), Secrets({})))


@asynccontextmanager
async def running(bot: Process) -> AsyncIterator[httpx.AsyncClient]:
    """The bot runs; gives a client of its page."""
    await bot.start()
    try:
        async with httpx.AsyncClient(base_url=bot._server.address, trust_env=False) as client:
            yield client
    finally:
        await bot.stop()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'steward.db'}"


async def test_a_whole_bot_watches_serves_its_owner_and_ends_cleanly(url: str) -> None:
    service = Service()
    before = asyncio.all_tasks()
    async with standing(service) as shop, running(bot := process(url, shop.url)) as client:
        await service.enough.wait()
        health = await client.get("/health")
        assert (health.status_code, health.json()["status"]) == (200, "ok")
        assert "<html" in (await client.get("/")).text
        assert (await client.get("/api/incidents")).status_code == 401
        link = bot.link
        assert [(await client.post(link)).status_code for _ in range(2)] == [303, 403]
        assert (await client.get("/api/incidents")).status_code == 200
        address = str(client.base_url)
    assert asyncio.all_tasks() == before
    async with httpx.AsyncClient(trust_env=False) as stranger:
        with pytest.raises(httpx.ConnectError):
            await stranger.get(address)
    store = SqlStore(url)
    async with store.read() as unit:
        assert await unit.telemetry.baselines("shop")
    await store.close()
    assert (await migrate.version(url))[0] == (await migrate.version(url))[1]


async def test_a_dead_source_is_told_on_health_and_stops_nothing(url: str) -> None:
    async with standing(Service()) as gone:
        dead = gone.url
    bot = process(url, dead, config=PROMETHEUS)
    seen = asyncio.Event()
    told = bot._board.report

    def watching(part: str, trouble: str = "", note: str = "") -> None:
        told(part, trouble, note)
        if part == "source shop" and trouble:
            seen.set()

    bot._board.report = watching  # type: ignore[method-assign]  # the board tells nobody of a change
    async with running(bot) as client, asyncio.timeout(30):
        await seen.wait()
        health = await client.get("/health")
        assert health.status_code == 503
        (shop,) = (one for one in health.json()["parts"] if one["name"] == "source shop")
        assert not shop["up"]
        assert dead.removeprefix("http://") in shop["trouble"]
        assert (await client.get("/")).status_code == 200


async def test_an_address_that_is_taken_is_one_clear_line_and_leaves_nothing_open(url: str) -> None:
    async with standing(Service()) as shop:
        port = int(shop.url.rpartition(":")[2])
        before = asyncio.all_tasks()
        bot = process(url, shop.url, port)
        with pytest.raises(StewardError, match=f"cannot listen on 127.0.0.1:{port}"):
            await bot.start()
        await bot.stop()
        assert asyncio.all_tasks() == before


async def test_a_store_that_cannot_be_had_is_one_clear_line_and_leaves_nothing_open() -> None:
    async with standing(Service()) as shop:
        before = asyncio.all_tasks()
        bot = process("sqlite:////no/such/folder/steward.db", shop.url)
        with pytest.raises(StewardError, match="unable to open database file"):
            await bot.start()
        await bot.stop()
        assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("settings", "page"),
    [
        ({}, "http://127.0.0.1:8484"),
        ({"listen": "127.0.0.1:9000"}, "http://127.0.0.1:9000"),
        ({"listen": "0.0.0.0:9000", "url": "https://steward.example.org/"}, "https://steward.example.org"),
    ],
)
def test_the_pages_address_is_the_one_that_people_reach(settings: dict[str, str], page: str) -> None:
    assert page_of(WebSettings.model_validate(settings)) == page
