"""Fixtures that many tests share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store import migrate
from bot.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.real import postgres


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server for the whole run."""
    yield from postgres.server()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind; PostgreSQL where real servers are wanted."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'steward.db'}"
    return postgres.fresh_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
async def store(store_url: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """A migrated store on the test's clock."""
    await migrate.upgrade(store_url)
    opened = SqlStore(store_url, clock.now)
    yield opened
    await opened.close()
