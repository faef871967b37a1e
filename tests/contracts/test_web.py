"""The page's API as others use it: over a real socket, with a real store behind it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.store.store import SqlStore
from bot.web.server import Server
from tests import builders as make
from tests import stories
from tests.fakes.web import Page

DIGEST = make.proposal().digest
DECISION = {"digest": DIGEST}
APPROVE = "/api/proposals/p1/approve"


@pytest.fixture
def page(store: SqlStore) -> Page:
    return Page(store)


@pytest.fixture
async def server(page: Page) -> AsyncIterator[Server]:
    async with running(page) as server:
        yield server


@asynccontextmanager
async def running(page: Page) -> AsyncIterator[Server]:
    server = Server(page.app, "127.0.0.1", 0, page.parts.closing)
    server.bind()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        yield server
        await server.stop()


@pytest.fixture
async def visitor(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.address) as client:
        yield client


@pytest.fixture
async def owner(page: Page, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    await visitor.post(f"/enter/{page.door.mint()}")
    return visitor


async def test_a_script_with_the_link_signs_in_reads_and_approves(page: Page, visitor: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [make.chart()])
    assert (await visitor.get("/api/incidents")).status_code == 401
    assert (await visitor.post(f"/enter/{page.door.mint()}")).status_code == 303
    found = (await visitor.get("/api/incidents")).json()[0]
    offer = (await visitor.get(f"/api/incidents/{found['id']}")).json()["proposals"][0]
    answer = await visitor.post(f"/api/proposals/{offer['id']}/approve", json={"digest": offer["digest"]})
    assert (answer.status_code, answer.json()["accepted"]) == (200, True)
    assert [click.person.identity for click in page.desk.clicks] == ["web:owner"]


async def test_the_token_of_the_unspent_link_is_a_key_too(page: Page, visitor: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    key = {"Authorization": f"Bearer {page.door.mint()}"}
    for _ in range(2):
        assert (await visitor.post(APPROVE, json=DECISION, headers=key)).status_code == 200
    other = await visitor.post(APPROVE, json=DECISION, headers={"Authorization": "Bearer sk-1"})
    assert (other.status_code, other.headers["www-authenticate"]) == (401, "Bearer")
    assert "sk-1" not in other.text


async def test_of_two_who_follow_the_link_at_once_one_comes_in(page: Page, visitor: httpx.AsyncClient) -> None:
    link = f"/enter/{page.door.mint()}"
    answers = await asyncio.gather(*(visitor.post(link) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403, 403]


BAD_BODIES: tuple[tuple[bytes, int], ...] = (
    (b"", 422),
    (b"{", 422),
    (b"null", 422),
    (b"[]", 422),
    (b'{"digest": 1}', 422),
    (b'{"digest": "a"}', 422),
    (b'{"digest": null}', 422),
    (json.dumps(DECISION | {"verb": "rollback"}).encode(), 422),
    (b"\xff\xfe", 422),
    (b'{"digest": "\\ud800"}', 422),
    (b"[" * 100_000, 400),
    (b'{"digest":' * 90_000, 400),
    (b"a" * 1_000_001, 413),
    (b"a" * 8_000_000, 413),
)


async def test_a_bad_body_is_refused_with_a_word(page: Page, owner: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    for body, status in BAD_BODIES:
        answer = await owner.post(APPROVE, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, body[:20]) == (status, body[:20])
        assert len(answer.json()["detail"].splitlines()) == 1
    assert not page.desk.clicks


async def test_a_body_without_a_told_length_is_bounded_too(page: Page, owner: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"a" * 50_000

    answer = await owner.post(APPROVE, content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


async def test_a_form_of_another_site_does_nothing(page: Page, owner: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert (await owner.post(APPROVE, json=DECISION, headers=headers)).status_code == 403
    assert (await owner.post(APPROVE, data=DECISION)).status_code == 415
    assert not page.desk.clicks


async def test_news_of_a_change_reach_whoever_listens(page: Page, owner: httpx.AsyncClient) -> None:
    async with owner.stream("GET", "/api/live") as stream:
        news = events(stream)
        assert await anext(news) == ("changed", {"incidents": [], "actions": True, "wishes": True})
        await stories.write(page.store, make.dossier(), [])
        page.bell.ring()
        changed = [{"id": "3f2a9c01d4e7", "version": 1}]
        assert await anext(news) == ("changed", {"incidents": changed, "actions": False, "wishes": False})
    assert stream.headers["content-type"].startswith("text/event-stream")


async def test_listeners_do_not_hold_up_the_end(page: Page) -> None:
    async with asyncio.timeout(4), running(page) as server, httpx.AsyncClient(base_url=server.address) as client:
        await client.post(f"/enter/{page.door.mint()}")
        async with client.stream("GET", "/api/live") as stream:
            news = events(stream)
            await anext(news)
            await server.stop()
            assert await anext(news, None) is None


async def events(stream: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    """The events of a stream as (name, data)."""
    name = ""
    async for line in stream.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))
