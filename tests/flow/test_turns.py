"""Two at once on PostgreSQL: who takes locks in another order is ended by it, and who takes none sees too little.

The moment is made certain: one unit is held open until the other one waits for it.
"""

import asyncio
from collections.abc import Awaitable

import pytest
from sqlalchemy import text

from bot.domain.halt import Stop
from bot.domain.people import Answer, Click
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop
from tests.trail import trail
from tests.unit.bot.flow.cases import (
    INCIDENT,
    PEOPLE,
    alike,
    click,
    events,
    executions,
    granted,
    investigated,
    offered,
    proposals,
    saved,
    say,
    standing,
    under,
)

ADA, GRACE, _ = PEOPLE
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")

pytestmark = [
    pytest.mark.real,
    pytest.mark.parametrize("store_kind", ["postgresql"], indirect=True),
]


@pytest.fixture
def house(store: SqlStore, clock: FakeClock) -> House:
    return House(store, clock, Shop(), {name: state("v1", at=clock.now() - 86_400) for name in SERVICES})


async def until_it_waits(store: SqlStore, work: asyncio.Future[object]) -> None:
    """Returns when somebody waits for a lock, or when the work is done without waiting."""
    async with asyncio.timeout(20):
        while not work.done():
            async with store.read() as unit:
                if (await unit._connection.execute(WAITING)).scalar_one():
                    return


def begun(work: Awaitable[object]) -> asyncio.Future[object]:
    return asyncio.ensure_future(work)


async def test_the_switch_and_the_filing_of_signals(house: House, rival: SqlStore) -> None:
    """Both lock many incidents. The ids go the other way than the times, so that only one order fits both."""
    for place in range(4):
        await saved(house.store, make.incident(id=f"i{9 - place}", opened_at=T + place, due=frozenset()))
    async with rival.unit() as filing:
        await filing.incidents.exclusive()
        first, *others = await filing.incidents.live(T)
        await filing.incidents.get(first.id)
        switch = begun(say(house, "stop"))
        await until_it_waits(rival, switch)
        for one in others:
            held = await filing.incidents.get(one.id)
            assert held is not None
            await filing.incidents.save(held.changed(T))
    answer = await switch
    assert isinstance(answer, Answer)
    assert answer.accepted, answer.text
    assert await events(house, "stopped", name="i6") == ["All actions are stopped by Ada (Slack)"]


async def worse_under_a_standing_approval(house: House) -> str:
    """An action that was approved in advance, and that the next look will find to have made things worse."""
    given = await granted(house)
    await alike(house, "again")
    assert await house.stand() == 1
    await house.execute()
    house.clock.advance(60)
    now = house.clock.now()
    fresh = make.signal("catalog", onset=now - 30, at=now)
    async with house.store.unit() as unit:
        one = await unit.incidents.get("again")
        assert one is not None
        await unit.incidents.save(make.incident(*one.signals.values(), fresh, id="again", state="verifying"))
        shown = [make.chart(signal, make.points([0.4], now)) for signal in (*one.signals.values(), fresh)]
        await unit.telemetry.draw("again", shown)
    return given.id


async def test_a_verdict_and_a_revoke(house: House, rival: SqlStore) -> None:
    """Both end the standing approval and write to the audit."""
    given = await worse_under_a_standing_approval(house)
    async with rival.unit() as revoking:
        await revoking.standings.get(given)
        verdict = begun(house.verify())
        await until_it_waits(rival, verdict)
        assert await revoking.standings.end(given, "revoked by Grace (Telegram)")
        await revoking.audit.record(GRACE.identity, "revoke", given)
    assert await verdict == 1
    assert (await standing(house, given)).ended == "revoked by Grace (Telegram)"
    assert await events(house, "revoked", name="again") == []
    assert (await trail(house.store)).broken == 0


async def test_a_revoke_that_comes_during_the_verdict_is_told_who_was_first(house: House, rival: SqlStore) -> None:
    given = await worse_under_a_standing_approval(house)
    assert await house.verify() == 1
    answer = await under(house, rival).desk.click(Click("r1", GRACE, "revoke", given, ""))
    assert (answer.accepted, answer.text) == (False, "it holds no more: ended: made things worse")


async def test_a_run_waits_for_the_one_that_begins_and_then_sees_it(house: House, rival: SqlStore) -> None:
    """Two approved actions on one target in two processes: the second to begin must not overlook the first."""
    await investigated(house)
    await saved(house.store, make.incident(id="other", due=frozenset({"offer"})))
    house.clock.advance(60)
    await house.offer()
    async with house.store.unit() as unit:  # as if neither click had seen the other
        for place, name in enumerate((INCIDENT, "other")):
            (proposal,) = await proposals(house, "pending", name)
            done = make.execution(f"x{place}", proposal.id, incident_id=name, state="queued", created_at=T + place)
            assert await unit.ledger.claim(make.approved(proposal, house.clock.now(), ADA), done)
    async with rival.unit() as beginning:
        await beginning.ledger.exclusive()
        _, newest = await beginning.ledger.queued()
        assert await beginning.ledger.begin(newest, 50.0) is not None
        oldest = begun(house.execute())
        await until_it_waits(rival, oldest)
    assert await oldest == 1
    (late,) = await executions(house)
    assert late.error.startswith("nothing was done: another action is running on payments")
    assert house.actuator.effects == []


async def test_a_run_waits_for_the_switch_and_then_sees_it(house: House, rival: SqlStore) -> None:
    proposal = await offered(house)
    assert (await house.desk.click(click(proposal))).accepted
    async with rival.unit() as turning:
        await turning.ledger.exclusive()
        run = begun(house.execute())
        await until_it_waits(rival, run)
        stop = Stop(ADA.identity, ADA.words, T)
        assert await turning.ledger.turn(stop)
    assert await run == 1
    (execution,) = await executions(house)
    assert execution.error == f"nothing was done: {stop.sentence}"
    assert house.actuator.effects == []


async def test_a_yes_in_advance_waits_for_who_revokes_it(house: House, rival: SqlStore) -> None:
    given = await granted(house)
    await alike(house, "again")
    async with rival.unit() as revoking:
        await revoking.standings.get(given.id)
        stand = begun(house.stand())
        await until_it_waits(rival, stand)
        assert await revoking.standings.end(given.id, "revoked by Grace (Telegram)")
        await revoking.audit.record(GRACE.identity, "revoke", given.id)
    assert await stand == 0
    assert [one.state for one in await proposals(house, None, "again")] == ["pending"]
