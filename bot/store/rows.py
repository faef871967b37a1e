"""What the repositories share: upserts and row locks that both databases understand."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = TypeVarTuple("Rows")

READ_ONLY = "steward_read_only"
"""The execution option of connections that only read."""


def locked(connection: AsyncConnection, query: Select[*Rows]) -> Select[*Rows]:
    """The query with its rows locked until the unit ends; a unit that only reads locks nothing and never waits."""
    assert connection.sync_connection is not None
    read_only = connection.sync_connection.get_execution_options().get(READ_ONLY, False)
    return query if read_only else query.with_for_update()


async def upsert(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> None:
    """Inserts a row, or replaces the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    insert = _insert(connection, table).values(**row)
    rest = {name: insert.excluded[name] for name in row if name not in keys}
    await connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=rest))


async def add_new(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts the rows whose primary key is not there yet; gives how many those were (of one row) or -1 (of many)."""
    if not rows:
        return 0
    insert = _insert(connection, table).on_conflict_do_nothing()
    if len(rows) == 1:
        return (await connection.execute(insert.values(**rows[0]))).rowcount
    await connection.execute(insert, [dict(row) for row in rows])
    return -1


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


async def take_turns(connection: AsyncConnection, key: int) -> None:
    """Waits for the lock with this key and holds it until the unit ends. SQLite's writers take turns anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(key)))
