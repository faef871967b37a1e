"""What a store must do with approvals and runs, on SQLite and PostgreSQL alike: one winner, fences, and the chain."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.execution import Execution
from bot.domain.timeline import Event
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T
from tests.contracts.store_rows import INCIDENT, execution, offered, queued, running
from tests.fakes.clock import FakeClock
from tests.trail import trail


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
    ],
    ids=lambda over: "-".join(f"{name}-{value}"[:20] for name, value in over.items()),
)
async def test_a_claim_needs_a_pending_unexpired_unchanged_row(store: SqlStore, over: dict[str, object]) -> None:
    proposal = await offered(store, **over)
    async with store.unit() as unit:
        assert not await unit.ledger.claim(make.approved(proposal, T), execution())
    async with store.read() as unit:
        assert await unit.ledger.queued() == []


async def test_a_claim_counts_for_the_digest_of_the_row(store: SqlStore) -> None:
    proposal = await offered(store)
    async with store.unit() as unit:
        assert not await unit.ledger.claim(replace(make.approved(proposal, T), digest="f" * 64), execution())
        assert await unit.ledger.claim(make.approved(proposal, T), execution())


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
            await unit.audit.record("slack:U1", "approve", f"p{place}", note="Grüße \u2603 ' \" \\", fence=place)

    await asyncio.gather(*(append(place) for place in range(30)))
    assert (await trail(store)).broken == 0


@pytest.mark.parametrize(
    "harm",
    ["UPDATE audit SET actor = 'slack:U9' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2", "DELETE FROM audit"],
)
async def test_the_chain_shows_what_was_changed(store: SqlStore, harm: str) -> None:
    for place in range(3):
        async with store.unit() as unit:
            await unit.audit.record("slack:U1", "approve", f"p{place}")
    async with store.unit() as unit:
        before = await unit.audit.head()
        await unit._connection.execute(text(harm))
    async with store.read() as unit:
        after = await unit.audit.head()
    assert after != before or (await trail(store)).broken == 2


async def test_a_run_is_its_owners_until_the_lease_is_over_or_it_is_adopted(store: SqlStore, clock: FakeClock) -> None:
    mine = await running(store, lease=50.0)
    clock.advance(50)
    async with store.unit() as unit:
        assert await unit.ledger.renew(mine, 50.0)
    clock.advance(50)
    async with store.unit() as unit:
        assert await unit.ledger.adopt(50.0) == []
    clock.advance(1)
    async with store.unit() as unit:
        assert not await unit.ledger.renew(mine, 50.0)
        (theirs,) = await unit.ledger.adopt(50.0)
        assert not await unit.ledger.renew(mine, 50.0)
        assert await unit.ledger.renew(theirs, 50.0)


async def test_the_facts_of_some_kinds_of_many_incidents_in_one_look(store: SqlStore) -> None:
    async with store.unit() as unit:
        for name in ("a", "b", "c"):
            facts = [make.event("opened"), make.event("proposed", "one"), make.event("proposed", "two")]
            told = [replace(fact, incident_id=name) for fact in (facts if name != "c" else facts[:1])]
            await unit.incidents.save(make.incident(id=name), *told)
    async with store.read() as unit:
        found = await unit.incidents.told(["a", "c"], ["proposed"])
        assert await unit.incidents.told([], ["proposed"]) == {}
    assert {name: [fact.text for fact in facts] for name, facts in found.items()} == {"a": ["one", "two"]}
