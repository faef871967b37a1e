import pytest
from sqlalchemy import select, text

from bot.domain.errors import StoreError
from bot.store import engine as engines
from bot.store.store import SqlStore


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///steward.db", "sqlite+aiosqlite"),
        ("postgresql://user@host/db", "postgresql+asyncpg"),
        ("postgres://user@host/db", "postgresql+asyncpg"),
        ("postgresql+psycopg2://user@host/db", "postgresql+asyncpg"),
    ],
)
def test_an_address_gets_the_driver_that_steward_uses(given: str, driver: str) -> None:
    assert engines.address(given).drivername == driver


@pytest.mark.parametrize("given", ["", "steward.db", "mysql://user:hunter2@host/db", "postgresql://u:hunter2@h:x/db"])
def test_what_is_no_address_is_one_clear_line_without_the_password(given: str) -> None:
    with pytest.raises(StoreError, match=r"use sqlite:///") as caught:
        engines.address(given)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_sqlite_is_durable_and_shares_with_readers(store: SqlStore) -> None:
    if not store.where.startswith("sqlite"):
        pytest.skip("PostgreSQL is so by itself")
    async with store.read() as unit:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert (await unit._connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == wanted


async def test_the_databases_clock_has_fractions_and_goes_on(ready_url: str) -> None:
    url = engines.address(ready_url)
    engine = engines.create(url)
    async with engine.connect() as connection:
        seen = [(await connection.execute(select(engines.clock(url)))).scalar_one() for _ in range(3)]
        later = (await connection.execute(select(engines.clock(url) + 60.0))).scalar_one()
    await engine.dispose()
    assert seen == sorted(seen)
    assert any(at % 1 for at in seen)
    assert later - seen[-1] == pytest.approx(60, abs=5)


async def test_a_fixed_clock_stands_still(store: SqlStore) -> None:
    async with store.read() as unit:
        one, other = engines.fixed_clock(5.25), engines.fixed_clock(7.5)
        row = (await unit._connection.execute(select(one, other, one + other))).one()
    assert tuple(row) == (5.25, 7.5, 12.75)
