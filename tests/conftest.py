"""Fixtures that many tests share."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.store import migrate
from bot.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.real import postgres

# The same examples each time, on machines of any speed.
settings.register_profile(
    "house", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays to the end: the garbage collector need not look at it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server for the whole run."""
    yield from postgres.server()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def store_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database; PostgreSQL where real servers are wanted."""
    return str(request.param)


@pytest.fixture
def store_url(store_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without tables."""
    if store_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'steward.db'}"
    return postgres.fresh_database(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file at this version, to be copied: that is ten times faster than migrating for each test."""
    path = tmp_path_factory.mktemp("migrated") / "steward.db"
    asyncio.run(migrate.upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """A PostgreSQL database at this version, which one test after the other has to itself."""
    url = postgres.fresh_database(postgres_server)
    asyncio.run(migrate.upgrade(url))
    return url


@pytest.fixture
def migrated_url(store_kind: str, request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> str:
    """A database of each kind at this version; it may have the rows of an earlier test."""
    if store_kind == "sqlite":
        return f"sqlite:///{shutil.copy(migrated, tmp_path / 'steward.db')}"
    return str(request.getfixturevalue("migrated_postgres"))


@pytest.fixture
async def ready_url(store_kind: str, migrated_url: str) -> str:
    """A database of each kind at this version, without rows."""
    if store_kind == "postgresql":
        await postgres.empty(migrated_url)
    return migrated_url


@pytest.fixture
async def store(ready_url: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """A migrated store on the test's clock."""
    opened = SqlStore(ready_url, clock.now)
    yield opened
    await opened.close()


@pytest.fixture
async def rival(ready_url: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """What a second process would have: another store on the same database."""
    opened = SqlStore(ready_url, clock.now)
    yield opened
    await opened.close()
