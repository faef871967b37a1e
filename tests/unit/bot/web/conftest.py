"""The page, without a socket."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.store.store import SqlStore
from tests.fakes.web import Page


@pytest.fixture
def page(store: SqlStore) -> Page:
    """The application on an empty store."""
    return Page(store)


@pytest.fixture
async def visitor(page: Page) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody whom nobody knows."""
    async with page.visitor() as client:
        yield client


@pytest.fixture
async def owner(page: Page) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who followed the link."""
    async with await page.owner() as client:
        yield client
