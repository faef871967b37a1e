"""What a store must do, on SQLite and PostgreSQL alike: one winner, fences, leases, the chain, and clear errors."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.errors import StoreError
from bot.domain.execution import Execution
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event
from bot.runtime.clock import SystemClock
from bot.store import migrate
from bot.store.ledger import link
from bot.store.store import SqlStore
from bot.store.tables import audit
from tests import builders as make
from tests.builders import T
from tests.fakes.clock import FakeClock

INCIDENT = make.incident().id


@pytest.fixture
async def real_time(ready_url: str) -> AsyncIterator[SqlStore]:
    """A store on the database's own clock."""
    opened = SqlStore(ready_url)
    yield opened
    await opened.close()


async def offered(store: SqlStore, **over: Any) -> Proposal:
    proposal = make.proposal(**over)
    async with store.unit() as unit:
        await unit.incidents.save(make.incident())
        await unit.ledger.offer(proposal)
    return proposal


def execution(number: int = 1) -> Execution:
    return make.execution(f"x{number}", state="queued", started_at=None, finished_at=None, fence=0)


async def queued(store: SqlStore) -> Execution:
    proposal = await offered(store)
    async with store.unit() as unit:
        assert await unit.ledger.claim(make.approved(proposal, T), execution())
        (found,) = await unit.ledger.queued()
    return found


async def running(store: SqlStore, lease: float = 50.0) -> Execution:
    waiting = await queued(store)
    async with store.unit() as unit:
        found = await unit.ledger.begin(waiting, lease)
    assert found is not None
    return found


async def broken_link(store: SqlStore) -> int:
    """The first row of the audit chain that does not follow from the one before; 0 when the chain holds."""
    async with store.read() as unit:
        rows = (await unit._connection.execute(select(audit).order_by(audit.c.seq))).mappings().all()
        head = await unit.ledger.head()
    previous = ""
    for place, row in enumerate(rows, start=1):
        if row["seq"] != place or link(previous, dict(row)) != row["hash"]:
            return place
        previous = row["hash"]
    assert previous == head
    return 0


async def test_of_fifty_claims_from_two_processes_one_wins(store: SqlStore, rival: SqlStore) -> None:
    proposal = await offered(store)

    async def claim(place: int) -> bool:
        async with (store, rival)[place % 2].unit() as unit:
            return await unit.ledger.claim(make.approved(proposal, T), execution(place))

    answers = await asyncio.gather(*(claim(place) for place in range(50)))
    assert sum(answers) == 1
    async with rival.read() as unit:
        (only,) = await unit.ledger.queued()
        kept = await unit.ledger.proposal(proposal.id)
    assert only.id == f"x{answers.index(True)}"
    assert kept is not None
    assert kept.state == "approved"


@pytest.mark.parametrize(
    "over",
    [
        {"expires_at": T},
        {"expires_at": T - 1},
        {"state": "rejected"},
        {"state": "void"},
        {"digest": "f" * 64},
    ],
    ids=lambda over: "-".join(f"{name}-{value}"[:20] for name, value in over.items()),
)
async def test_a_claim_needs_a_pending_unexpired_unchanged_row(store: SqlStore, over: dict[str, object]) -> None:
    proposal = await offered(store, **over)
    async with store.unit() as unit:
        assert not await unit.ledger.claim(make.approved(proposal, T), execution())
    async with store.read() as unit:
        assert await unit.ledger.queued() == []


async def test_a_claim_holds_until_the_last_moment(store: SqlStore, clock: FakeClock) -> None:
    proposal = await offered(store, expires_at=T + 0.001)
    async with store.unit() as unit:
        assert await unit.ledger.claim(make.approved(proposal, T), execution())


async def test_of_many_who_begin_one_does_and_the_fence_grows(store: SqlStore, rival: SqlStore) -> None:
    waiting = await queued(store)

    async def begin(place: int) -> Execution | None:
        async with (store, rival)[place % 2].unit() as unit:
            return await unit.ledger.begin(waiting, 50.0)

    begun = [one for one in await asyncio.gather(*(begin(place) for place in range(10))) if one is not None]
    assert [(one.state, one.fence, one.started_at) for one in begun] == [("running", 1, T)]


async def test_a_lease_is_taken_over_only_when_it_is_over(store: SqlStore, clock: FakeClock) -> None:
    await running(store, lease=50.0)
    clock.advance(50.0)
    async with store.unit() as unit:
        assert await unit.ledger.adopt(50.0) == []
    clock.advance(0.1)
    async with store.unit() as unit:
        (adopted,) = await unit.ledger.adopt(50.0)
        assert adopted.fence == 2
        assert await unit.ledger.adopt(50.0) == []


async def test_of_many_who_adopt_one_does(store: SqlStore, rival: SqlStore, clock: FakeClock) -> None:
    await running(store)
    clock.advance(60)

    async def adopt(place: int) -> int:
        async with (store, rival)[place % 2].unit() as unit:
            return len(await unit.ledger.adopt(50.0))

    assert sum(await asyncio.gather(*(adopt(place) for place in range(6)))) == 1


async def test_a_stale_fence_writes_nothing(store: SqlStore, clock: FakeClock) -> None:
    sleeper = await running(store)
    clock.advance(60)
    async with store.unit() as unit:
        (adopted,) = await unit.ledger.adopt(50.0)
        assert not await unit.ledger.finish(sleeper, "failed", "I woke up")
        assert await unit.ledger.finish(adopted, "done")
        assert not await unit.ledger.finish(adopted, "failed", "again")
        (kept,) = await unit.ledger.executions_of(INCIDENT)
    assert (kept.state, kept.error, kept.fence, kept.finished_at) == ("done", "", 2, T + 60)


async def test_a_judgement_counts_once(store: SqlStore) -> None:
    execution_ = await running(store)
    async with store.unit() as unit:
        await unit.ledger.finish(execution_, "done")
        assert [one.id for one in await unit.ledger.unverified()] == ["x1"]
        assert await unit.ledger.judge(make.outcome())
        assert not await unit.ledger.judge(make.outcome(result="worse"))
        assert await unit.ledger.unverified() == []
        assert [one.result for one in await unit.ledger.outcomes()] == ["recovered"]


async def test_a_recovery_that_did_not_hold_for_half_an_hour_counts_as_none(store: SqlStore) -> None:
    for place, gap in enumerate((1.0, 1799.0, 1801.0)):
        name = f"i{place}"
        proposal = make.proposal(f"p{place}", incident_id=name)
        done = replace(execution(place), proposal_id=proposal.id, incident_id=name)
        back = Event(name, T + 154 + gap, "reopened", "Reopened")
        async with store.unit() as unit:
            await unit.incidents.save(make.incident(id=name), back)
            await unit.ledger.offer(proposal)
            await unit.ledger.claim(make.approved(proposal, T), done)
            await unit.ledger.judge(make.outcome(execution_id=done.id, incident_id=name))
    async with store.read() as unit:
        results = {one.incident_id: one.result for one in await unit.ledger.outcomes()}
    assert results == {"i0": "not_recovered", "i1": "not_recovered", "i2": "recovered"}


async def test_the_audit_chain_is_unbroken_under_concurrent_appends(store: SqlStore, rival: SqlStore) -> None:
    async def append(place: int) -> None:
        async with (store, rival)[place % 2].unit() as unit:
            await unit.ledger.record("slack:U1", "approve", f"p{place}", note="Grüße \u2603 ' \" \\", fence=place)

    await asyncio.gather(*(append(place) for place in range(30)))
    assert await broken_link(store) == 0


@pytest.mark.parametrize(
    "harm",
    ["UPDATE audit SET actor = 'slack:U9' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2", "DELETE FROM audit"],
)
async def test_the_chain_shows_what_was_changed(store: SqlStore, harm: str) -> None:
    for place in range(3):
        async with store.unit() as unit:
            await unit.ledger.record("slack:U1", "approve", f"p{place}")
    async with store.unit() as unit:
        before = await unit.ledger.head()
        await unit._connection.execute(text(harm))
    async with store.read() as unit:
        after = await unit.ledger.head()
    assert after != before or await broken_link(store) == 2


async def test_a_unit_that_fails_writes_nothing_and_one_that_ends_writes_all(store: SqlStore) -> None:
    async def fail() -> None:
        async with store.unit() as unit:
            await unit.incidents.save(make.incident(), make.event())
            await unit.ledger.record("steward", "propose", "p1")
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with store.read() as unit:
        assert await unit.incidents.recent(10) == []
        assert await unit.ledger.head() == ""


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
        await unit.ledger.record("steward", "begin", "x1")
    async with real_time.unit() as unit:
        second = make.proposal("p3", expires_at=now + 60)
        await unit.ledger.offer(second)
        short = replace(execution(2), proposal_id="p3")
        await unit.ledger.claim(make.approved(second, now), short)
        await unit.ledger.begin(short, -0.5)
        assert [one.id for one in await unit.ledger.adopt(60.0)] == ["x2"]
    assert await broken_link(real_time) == 0


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
        await unit.ledger.record("steward", "propose", "p1", words=text_)
    async with store.read() as unit:
        dossier = await unit.incidents.dossier(INCIDENT)
        charts = await unit.telemetry.charts(INCIDENT)
    assert dossier is not None
    assert len(dossier.events) == len(dossier.incident.signals) == len(charts) == 1
    assert await broken_link(store) == 0
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
