"""What a unit of work must be, on SQLite and PostgreSQL alike: all or nothing, in turn, and clear in trouble."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.errors import StoreError
from bot.runtime.clock import SystemClock
from bot.store import migrate
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T
from tests.contracts.store_rows import INCIDENT, execution, offered
from tests.trail import trail


@pytest.fixture
async def real_time(ready_url: str) -> AsyncIterator[SqlStore]:
    """A store on the database's own clock."""
    opened = SqlStore(ready_url)
    yield opened
    await opened.close()


async def test_a_unit_that_fails_writes_nothing_and_one_that_ends_writes_all(store: SqlStore) -> None:
    async def fail() -> None:
        async with store.unit() as unit:
            await unit.incidents.save(make.incident(), make.event())
            await unit.audit.record("steward", "propose", "p1")
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with store.read() as unit:
        assert await unit.incidents.recent(10) == []
        assert await unit.audit.head() == ""


async def test_a_unit_that_is_cancelled_lets_go_of_everything(store: SqlStore) -> None:
    entered = asyncio.Event()

    async def hold() -> None:
        async with store.unit() as unit:
            await unit.incidents.save(make.incident())
            entered.set()
            await asyncio.Event().wait()

    holder = asyncio.ensure_future(hold())
    await entered.wait()
    holder.cancel()
    await asyncio.gather(holder, return_exceptions=True)
    async with asyncio.timeout(5):
        async with store.unit() as unit:
            assert await unit.incidents.recent(10) == []
            await unit.incidents.save(make.incident())


async def test_a_reader_never_waits_for_a_writer(store: SqlStore, rival: SqlStore) -> None:
    await offered(store)
    async with store.unit() as writing:
        await writing.incidents.save(make.incident(title="half written"))
        await writing.ledger.proposal("p1")
        async with asyncio.timeout(5):
            for reader in (store, rival):
                async with reader.read() as unit:
                    seen = await unit.incidents.get(INCIDENT)
                    assert seen is not None
                    assert seen.title != "half written"
                    assert await unit.ledger.proposal("p1") is not None


async def test_writers_on_the_same_incident_take_turns(store: SqlStore, rival: SqlStore) -> None:
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(version=0))

    async def bump(place: int) -> None:
        async with (store, rival)[place % 2].unit() as unit:
            one = await unit.incidents.get(INCIDENT)
            assert one is not None
            await unit.incidents.save(one.changed(T))

    await asyncio.gather(*(bump(place) for place in range(20)))
    async with store.read() as unit:
        found = await unit.incidents.get(INCIDENT)
    assert found is not None
    assert found.version == 20


async def test_the_databases_clock_is_the_time_of_day(real_time: SqlStore) -> None:
    async with real_time.unit() as unit:
        assert await unit.now() == pytest.approx(SystemClock().now(), abs=1.0)


async def test_leases_expiries_and_sessions_on_the_databases_clock(real_time: SqlStore) -> None:
    async with real_time.unit() as unit:
        now = await unit.now()
    await offered(real_time, expires_at=now - 0.5)
    async with real_time.unit() as unit:
        old = await unit.ledger.proposal("p1")
        assert old is not None
        assert not await unit.ledger.claim(make.approved(old, now), execution())
        fresh = make.proposal("p2", expires_at=now + 60)
        await unit.ledger.offer(fresh)
        waiting = replace(execution(), proposal_id="p2")
        assert await unit.ledger.claim(make.approved(fresh, now), waiting)
        begun = await unit.ledger.begin(waiting, 60.0)
        assert begun is not None
        assert begun.started_at == pytest.approx(now, abs=5.0)
        assert await unit.ledger.adopt(60.0) == []
        await unit.sessions.open("a" * 64, "web:owner", "Owner", 60.0)
        await unit.sessions.open("b" * 64, "web:owner", "Owner", -0.5)
        assert await unit.sessions.who("a" * 64) == ("web:owner", "Owner")
        assert await unit.sessions.who("b" * 64) is None
        await unit.audit.record("steward", "begin", "x1")
    async with real_time.unit() as unit:
        second = make.proposal("p3", expires_at=now + 60)
        await unit.ledger.offer(second)
        short = replace(execution(2), proposal_id="p3")
        await unit.ledger.claim(make.approved(second, now), short)
        await unit.ledger.begin(short, -0.5)
        assert [one.id for one in await unit.ledger.adopt(60.0)] == ["x2"]
    assert (await trail(real_time)).broken == 0


NAUGHTY = [
    "NUL \x00 inside",
    "half a pair \ud83d",
    "right to left \u202e\u2066",
    "'; DROP TABLE incidents; --",
    "{curly} %s %(x)s :name \\",
    "\u2028 \x85 \r\n\t\x1b[31m",
    "\U0001f4a9" * 300,
]


@pytest.mark.parametrize("text_", NAUGHTY, ids=range(len(NAUGHTY)))
async def test_any_text_can_be_kept(store: SqlStore, text_: str) -> None:
    signal = make.log_signal(text_, example=text_, key=f"logs/{text_}/1", series=f"logs/{text_}/1")
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(signal, title=text_), make.event("opened", text_))
        await unit.telemetry.draw(INCIDENT, [make.chart(make.signal(text_))])
        await unit.audit.record("steward", "propose", "p1", words=text_)
    async with store.read() as unit:
        dossier = await unit.incidents.dossier(INCIDENT)
        charts = await unit.telemetry.charts(INCIDENT)
    assert dossier is not None
    assert len(dossier.events) == len(dossier.incident.signals) == len(charts) == 1
    assert (await trail(store)).broken == 0
    json.dumps(dossier.incident.title).encode()


@pytest.mark.parametrize(
    "wrong",
    [
        "sqlite:////no/such/folder/steward.db",
        "postgresql://steward:hunter2@127.0.0.1:1/steward",
        pytest.param("another database", marks=pytest.mark.real),
    ],
)
async def test_a_database_that_cannot_be_had_is_one_clear_line(wrong: str, request: pytest.FixtureRequest) -> None:
    if wrong == "another database":
        wrong = request.getfixturevalue("postgres_server").replace("steward@", "steward:hunter2@") + "_that_is_not"
    nowhere = SqlStore(wrong)
    for way in (nowhere.unit, nowhere.read):
        with pytest.raises(StoreError) as caught:
            async with way():
                pass
        assert "\n" not in str(caught.value)
        assert "hunter2" not in str(caught.value)
    await nowhere.close()
    with pytest.raises(StoreError, match="cannot be used") as caught:
        await migrate.version(wrong)
    assert "hunter2" not in str(caught.value)


async def test_a_store_without_tables_is_one_clear_line(store_url: str) -> None:
    empty = SqlStore(store_url)
    with pytest.raises(StoreError) as caught:
        async with empty.read() as unit:
            await unit.incidents.recent(1)
    await empty.close()
    assert "incidents" in str(caught.value)
    assert "\n" not in str(caught.value)
