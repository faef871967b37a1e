import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from bot.domain.errors import StoreError
from bot.store import engine as engines
from bot.store import migrate
from bot.store.store import SqlStore
from bot.store.tables import metadata


async def looked(url: str, work: Any) -> Any:
    engine = engines.create(engines.address(url))
    async with engine.connect() as connection:
        found = await connection.run_sync(work)
    await engine.dispose()
    return found


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_from_nothing_the_migrations_give_exactly_the_tables_of_the_code(store_url: str) -> None:
    at, wanted = await migrate.version(store_url)
    assert (at, bool(wanted)) == ("", True)
    assert await migrate.upgrade(store_url) == wanted
    assert await migrate.version(store_url) == (wanted, wanted)
    assert await looked(store_url, differences) == []
    names = await looked(store_url, lambda connection: set(inspect(connection).get_table_names()))
    assert names == {*metadata.tables, "alembic_version"}


async def test_migrating_again_changes_nothing_and_keeps_the_rows(store: SqlStore, ready_url: str) -> None:
    async with store.unit() as unit:
        await unit.audit.record("steward", "begin", "x1")
        head = await unit.audit.head()
    _, wanted = await migrate.version(ready_url)
    assert await migrate.upgrade(ready_url) == wanted
    async with store.read() as unit:
        assert await unit.audit.head() == head


async def test_two_processes_that_start_at_once_both_find_the_store_ready(store_url: str) -> None:
    both = await asyncio.gather(migrate.upgrade(store_url), migrate.upgrade(store_url))
    assert both[0] == both[1] != ""


async def test_a_store_that_cannot_be_reached_is_one_clear_line() -> None:
    for work in (migrate.upgrade, migrate.version):
        with pytest.raises(StoreError, match="cannot be used: unable to open database file") as caught:
            await work("sqlite:////no/such/folder/steward.db")
        assert "\n" not in str(caught.value)
