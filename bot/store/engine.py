"""Engines for SQLite and PostgreSQL, set up so that a unit of work means the same on both."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Double, bindparam, event, literal_column
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import StoreError
from bot.store.rows import READ_ONLY

DRIVERS: Mapping[str, str] = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def address(text: str) -> URL:
    """The config's `store` as an address with the driver that Steward uses.

    Raises:
        StoreError: it is neither SQLite nor PostgreSQL.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise StoreError(
            "store: not a database address; use sqlite:///steward.db or postgresql://user@host/db"
        ) from None
    if url.get_backend_name() not in DRIVERS:
        raise StoreError(f"store: {url.get_backend_name()} is not supported; use sqlite:///... or postgresql://...")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreError("store: names no file, and what is kept in memory is lost: use sqlite:///steward.db")
    return url.set(drivername=DRIVERS[url.get_backend_name()])


def shown(url: URL) -> str:
    """The address as the config has it: without the driver, and without its password."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def create(url: URL) -> AsyncEngine:
    """An engine. On SQLite: WAL, every commit on disk, and writers take their lock at BEGIN, never half-way."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5)
    engine = create_async_engine(url, connect_args={"timeout": 30.0})
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def clock(url: URL) -> ColumnElement[float]:
    """The store's own clock as an expression, in epoch seconds."""
    if url.get_backend_name() == "sqlite":
        # unixepoch('subsec') would need SQLite 3.42, which is newer than what stable systems ship.
        return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Double)
    return literal_column("extract(epoch from clock_timestamp())::double precision", Double)


def fixed_clock(now: float) -> ColumnElement[float]:
    """A clock that stands still, for tests that own the time."""
    return bindparam("fixed_now", now, type_=Double, unique=True)


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver shall not begin by itself: `_begin` does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
