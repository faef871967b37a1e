import pytest
from sqlalchemy import select

from bot.store.rows import add_new, locked, upsert
from bot.store.store import SqlStore
from bot.store.tables import digests, positions


async def test_upsert_inserts_and_then_replaces_the_same_key(store: SqlStore) -> None:
    async with store.unit() as unit:
        for body in ("one", "two"):
            await upsert(unit._connection, positions, {"source": "logs", "body": body})
        await upsert(unit._connection, positions, {"source": "more", "body": "three"})
        rows = (await unit._connection.execute(select(positions).order_by(positions.c.source))).all()
    assert [tuple(row) for row in rows] == [("logs", "two"), ("more", "three")]


async def test_add_new_counts_one_and_leaves_what_is_there(store: SqlStore) -> None:
    first, second = ({"day": "2026-11-20", "surface": "slack", "at": at} for at in (1.0, 2.0))
    other = {"day": "2026-11-21", "surface": "slack", "at": 3.0}
    async with store.unit() as unit:
        assert await add_new(unit._connection, digests, []) == 0
        assert await add_new(unit._connection, digests, [first]) == 1
        assert await add_new(unit._connection, digests, [second]) == 0
        assert await add_new(unit._connection, digests, [second, other]) == -1
        rows = (await unit._connection.execute(select(digests.c.at).order_by(digests.c.at))).scalars()
        assert list(rows) == [1.0, 3.0]


@pytest.mark.parametrize(("way", "locks"), [("unit", True), ("read", False)])
async def test_only_a_unit_that_writes_locks(store: SqlStore, way: str, locks: bool) -> None:
    async with getattr(store, way)() as unit:
        query = locked(unit._connection, select(positions.c.body))
    assert (query._for_update_arg is not None) is locks
