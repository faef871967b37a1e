from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.domain.audit import link
from bot.domain.proposals import ProposalState
from bot.store.store import SqlStore
from bot.store.tables import executions
from tests import builders as make
from tests.builders import T
from tests.fakes.clock import FakeClock
from tests.trail import trail

ROW = {"seq": 1, "at": 1.5, "actor": "slack:U1", "what": "approve", "subject": "p1", "detail": "{}"}


async def offered(store: SqlStore, *names: str) -> None:
    async with store.unit() as unit:
        await unit.incidents.save(make.incident())
        for place, name in enumerate(names):
            await unit.ledger.offer(make.proposal(name, created_at=T + place))


@pytest.mark.parametrize("state", ["rejected", "expired", "void"])
async def test_a_pending_proposal_ends_once(store: SqlStore, state: ProposalState) -> None:
    await offered(store, "p1", "p2")
    proposal = make.proposal(decided_by="Ada (Slack)")
    async with store.unit() as unit:
        assert await unit.ledger.settle(proposal, state)
        assert not await unit.ledger.settle(proposal, "void")
        assert not await unit.ledger.claim(make.approved(proposal, T), make.execution())
        kept = await unit.ledger.proposal("p1")
        assert kept == replace(proposal, state=state, created_at=T + 60)
        assert [one.id for one in await unit.ledger.pending()] == ["p2"]
        assert [one.id for one in await unit.ledger.of_incident(proposal.incident_id)] == ["p2", "p1"]
        assert await unit.ledger.proposal("none") is None


async def test_a_first_approval_is_kept_while_it_stays_pending(store: SqlStore) -> None:
    await offered(store, "p1")
    signed = replace(make.approved(make.proposal(), T), state="pending")
    async with store.unit() as unit:
        assert await unit.ledger.settle(signed, "pending")
        (kept,) = await unit.ledger.pending()
    assert [yes.identity for yes in kept.approvals] == ["slack:U012AB3CD"]


async def test_executions_are_found_with_their_proposals_and_oldest_first(store: SqlStore) -> None:
    await offered(store, "p1", "p2", "p3")
    async with store.unit() as unit:
        for place in (3, 1, 2):
            proposal = make.approved(make.proposal(f"p{place}"), T)
            assert await unit.ledger.claim(proposal, make.execution(f"x{place}", proposal.id, created_at=T + place))
        assert [one.id for one in await unit.ledger.queued()] == ["x1", "x2", "x3"]
        await unit._connection.execute(update(executions).where(executions.c.id != "x3").values(state="done"))
        since = await unit.ledger.executed_since(T + 1)
        assert [(one.id, two.id, two.state) for one, two in since] == [
            ("x2", "p2", "approved"),
            ("x3", "p3", "approved"),
        ]
        late = await unit.ledger.executed_since(T + 9)
        assert [one.id for one, _ in late] == ["x3"], "what is not over counts, however long ago it began"


async def test_lessons_wait_until_they_are_learned(store: SqlStore) -> None:
    await offered(store, "p1", "p2")
    async with store.unit() as unit:
        for place in (1, 2):
            proposal = make.approved(make.proposal(f"p{place}"), T)
            await unit.ledger.claim(proposal, make.execution(f"x{place}", proposal.id))
            await unit.ledger.judge(make.outcome(execution_id=f"x{place}", at=T - place))
        assert [one.execution_id for one in await unit.ledger.unlearned()] == ["x2", "x1"]
        await unit.ledger.learned("x2")
        assert [one.execution_id for one in await unit.ledger.unlearned()] == ["x1"]
        assert len(await unit.ledger.outcomes()) == 2


async def test_the_chain_begins_at_nothing_and_each_row_holds_the_one_before(store: SqlStore, clock: FakeClock) -> None:
    async with store.unit() as unit:
        assert await unit.audit.head() == ""
        await unit.audit.record("slack:U1", "approve", "p1", words="yes", fence=1)
        first = await unit.audit.head()
        clock.advance(0.123456)
        await unit.audit.record("steward", "begin", "x1")
        assert first != await unit.audit.head() != ""
    found = await trail(store)
    assert (found.broken, found.rows) == (0, [("slack:U1", "approve", "p1"), ("steward", "begin", "x1")])


@pytest.mark.parametrize("name", ROW)
def test_a_hash_covers_every_field_and_the_one_before(name: str) -> None:
    assert link("", ROW) != link("", {**ROW, name: 7})
    assert link("", ROW) != link("a", ROW)
    assert link("", ROW) == link("", {**dict(reversed(ROW.items())), "hash": "ignored"})
