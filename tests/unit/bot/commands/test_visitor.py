"""A visitor at the real page, over a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.commands.visitor import Visitor
from bot.domain.errors import StewardError
from bot.domain.people import Answer
from bot.store.store import SqlStore
from bot.web.door import OWNER
from bot.web.server import Server
from tests import builders as make
from tests import stories
from tests.fakes.web import Page

DIGEST = make.proposal().digest


@pytest.fixture
def page(store: SqlStore) -> Page:
    return Page(store)


@pytest.fixture
async def address(page: Page) -> AsyncIterator[str]:
    server = Server(page.app, "127.0.0.1", 0, page.parts.closing)
    server.bind()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        yield server.address
        await server.stop()


@asynccontextmanager
async def visiting(link: str) -> AsyncIterator[Visitor]:
    visitor = Visitor(link)
    yield visitor
    await visitor.close()


async def test_the_visitor_signs_in_and_clicks(page: Page, address: str) -> None:
    await stories.write(page.store, make.dossier(), [])
    async with visiting(f"{address}/enter/{page.door.mint()}") as visitor:
        await visitor.enter()
        assert await visitor.approve("p1", DIGEST) == "Approved"
        page.desk.answers.append(Answer("already approved by Ada (Slack)", accepted=False))
        assert await visitor.approve("p1", DIGEST) == "already approved by Ada (Slack)"
    assert [(click.person, click.verb, click.subject) for click in page.desk.clicks] == [(OWNER, "approve", "p1")] * 2


async def test_a_spent_link_lets_nobody_in(page: Page, address: str) -> None:
    async with visiting(f"{address}/enter/nonsense") as visitor:
        with pytest.raises(StewardError, match="the page refused the one-time link: 403"):
            await visitor.enter()


async def test_an_answer_that_is_none_of_the_buttons_is_one_clear_error(page: Page, address: str) -> None:
    async with visiting(f"{address}/enter/{page.door.mint()}") as visitor:
        with pytest.raises(StewardError, match=r"Approve was answered 401: .*nobody is signed in"):
            await visitor.approve("p1", DIGEST)
        await visitor.enter()
        with pytest.raises(StewardError, match="Approve was answered 404"):
            await visitor.approve("none", DIGEST)
    assert not page.desk.clicks
