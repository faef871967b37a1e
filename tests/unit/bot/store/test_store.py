import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.errors import StoreError
from bot.store.store import SqlStore
from tests import builders as make
from tests.fakes.clock import FakeClock


async def test_the_clock_of_a_unit_is_that_of_the_test(store: SqlStore, clock: FakeClock) -> None:
    async with store.read() as unit:
        assert await unit.now() == clock.now()
    clock.advance(1.5)
    async with store.unit() as unit:
        assert await unit.now() == clock.now()


async def test_the_address_is_told_without_its_password() -> None:
    store = SqlStore("postgresql://steward:hunter2@127.0.0.1:1/db")
    assert store.where == "postgresql://steward:***@127.0.0.1:1/db"
    await store.close()


@pytest.fixture(params=["flipped", "cut", "another file"])
def damaged(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> str:
    """The address of a file that was a store once."""
    whole = migrated.read_bytes()
    kinds = {"flipped": whole[:100] + b"\xff" * 4000 + whole[4100:], "cut": whole[:5000], "another file": b"PK" * 5000}
    (tmp_path / "damaged.db").write_bytes(kinds[request.param])
    return f"sqlite:///{tmp_path / 'damaged.db'}"


async def fill(store: SqlStore) -> None:
    """Writes more than two pages, which is all that there is room for."""
    async with store.unit() as unit:
        pages = (await unit._connection.execute(text("PRAGMA page_count"))).scalar_one()
        await unit._connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
        for place in range(100):
            await unit.incidents.save(make.incident(id=f"i{place}", title="x" * 1000))


async def test_a_damaged_file_is_one_clear_line(damaged: str) -> None:
    store = SqlStore(damaged)
    with pytest.raises(StoreError) as caught:
        async with store.unit() as unit:
            await unit.incidents.save(make.incident())
    assert "\n" not in str(caught.value)
    await store.close()


async def test_a_full_disk_is_one_clear_line_and_nothing_is_half_written(store: SqlStore) -> None:
    if not store.where.startswith("sqlite"):
        pytest.skip("a PostgreSQL cannot be filled so easily")
    with pytest.raises(StoreError, match="full"):
        await fill(store)
    async with store.read() as unit:
        assert await unit.incidents.recent(10) == []


@pytest.mark.parametrize("body", ["X'FF00'", "'{\"id\": 3'", "'{}'"])
async def test_a_row_that_cannot_be_read_is_one_line(migrated: Path, tmp_path: Path, body: str) -> None:
    shutil.copy(migrated, tmp_path / "odd.db")
    store = SqlStore(f"sqlite:///{tmp_path / 'odd.db'}")
    async with store.unit() as unit:
        await unit.incidents.save(make.incident())
        await unit._connection.execute(text(f"UPDATE incidents SET body = {body}"))
    with pytest.raises(StoreError, match=r"is damaged, a row cannot be read \(\w+\): restore a copy of it") as error:
        async with store.read() as unit:
            await unit.incidents.recent(1)
    await store.close()
    assert "\n" not in str(error.value)
