"""Brings the store to this version, and tells whether it is there."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

import migrations
from bot.domain.errors import StoreError
from bot.store import engine as engines

LOCK = 7_312_003
"""The key of PostgreSQL's lock that makes migrations take turns."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    return config


async def upgrade(url: str) -> str:
    """Runs the migrations that are missing; gives the version that the store is at then.

    Raises:
        StoreError: the database cannot be reached or a migration failed.
    """
    return await _with(url, _upgrade)


async def version(url: str) -> tuple[str, str]:
    """The store's version (empty: no tables yet) and the one that this program needs.

    Raises:
        StoreError: the database cannot be reached.
    """
    at = await _with(url, lambda connection: MigrationContext.configure(connection).get_current_revision() or "")
    return at, ScriptDirectory.from_config(_config()).get_current_head() or ""


def _upgrade(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":  # two that start at once take turns; on SQLite they do by themselves
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    command.upgrade(_config(connection), "head")
    return MigrationContext.configure(connection).get_current_revision() or ""


def _open_once(path: str) -> None:
    """Fails if the file cannot be opened. In the async driver that would leave a thread that outlives a short loop."""
    sqlite3.connect(path).close()


async def _with(url: str, work: Callable[[Connection], str]) -> str:
    engine = engines.create(engines.address(url))
    try:
        if engine.url.get_backend_name() == "sqlite" and "uri" not in engine.url.query:
            await asyncio.to_thread(_open_once, str(engine.url.database))
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    except CommandError:
        raise StoreError(
            f"the store at {engines.shown(engine.url)} was made by a newer version of Steward: "
            "run that version, or restore an older copy of the store"
        ) from None
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        line = (str(getattr(error, "orig", error)).splitlines() or [type(error).__name__])[0]
        where = engines.shown(engine.url)
        raise StoreError(f"the store at {where} cannot be used: {line}") from error
    finally:
        await engine.dispose()
