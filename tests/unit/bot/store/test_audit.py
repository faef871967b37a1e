import pytest

from bot.domain.audit import Checker
from bot.store.store import SqlStore


async def test_rows_are_chained_and_read_back_in_pages(store: SqlStore) -> None:
    for number in range(5):
        async with store.unit() as unit:
            await unit.audit.record("slack:U1", "approve", f"p{number}", words="ja, größer ✓", digest="ab" * 32)
    async with store.read() as unit:
        first = await unit.audit.entries(0, 3)
        rest = await unit.audit.entries(first[-1].seq, 3)
        assert await unit.audit.head() == rest[-1].hash
    checker = Checker()
    assert checker.first_bad([*first, *rest]) == ""
    assert [entry.seq for entry in (*first, *rest)] == [1, 2, 3, 4, 5]


async def interrupted(store: SqlStore) -> None:
    async with store.unit() as unit:
        await unit.audit.record("steward", "begin", "x1")
        raise KeyError("something else in the unit")


async def test_a_unit_that_fails_leaves_no_row(store: SqlStore) -> None:
    with pytest.raises(KeyError):
        await interrupted(store)
    async with store.read() as unit:
        assert await unit.audit.entries(0, 10) == []
        assert await unit.audit.head() == ""
