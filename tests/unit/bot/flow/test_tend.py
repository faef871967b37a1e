from dataclasses import replace

import pytest

from bot.flow.tend import AGAIN
from tests import builders as make
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import INCIDENT, approved, click, events, offered, proposals, saved

QUIET = make.signal(firing=False)


async def test_an_incident_that_stays_quiet_ends_by_itself(house: House) -> None:
    proposal = await offered(house)
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        await unit.incidents.save(one.with_signal(QUIET, house.clock.now()))
    house.clock.advance(19.9)
    assert await house.tend() == 0
    house.clock.advance(0.1)
    assert await house.tend() == 1
    dossier = await house.dossier()
    assert (dossier.incident.state, dossier.incident.resolved_at) == ("resolved", house.clock.now())
    assert dossier.incident.due == frozenset()
    assert await events(house, "resolved") == ["Resolved by itself after 80 s"]
    assert [one.state for one in await proposals(house)] == ["void"]
    assert (await trail(house.store)).deeds == ["propose", "void"]
    assert not (await house.desk.click(click(proposal))).accepted
    assert await house.tend() == 0


@pytest.mark.parametrize("state", ["acting", "verifying"])
async def test_while_something_is_under_way_nothing_ends(house: House, state: str) -> None:
    await saved(house.store, make.incident(QUIET, state=state))
    house.clock.advance(10_000)
    assert await house.tend() == 0


async def test_an_undecided_proposal_expires_and_a_fresh_one_is_offered(house: House) -> None:
    old = await offered(house)
    house.clock.advance(599)
    assert await house.tend() == 1  # five minutes without news: it looks for something to offer
    await house.offer()
    assert [one.id for one in await proposals(house, "pending")] == [old.id]
    house.clock.advance(1)
    assert await house.tend() == 1
    assert await events(house, "expired") == ["Expired undecided: roll back payments to v1"]
    await house.offer()
    new, expired = await proposals(house)
    assert (expired.id, expired.state, new.state, new.digest) == (old.id, "expired", "pending", old.digest)
    assert new.expires_at == house.clock.now() + 600
    assert (await house.desk.click(click(old))).text == "already expired"
    assert (await house.desk.click(click(new))).accepted
    history = await trail(house.store)
    assert (history.broken, history.deeds) == (0, ["propose", "expire", "propose", "refuse", "approve"])


async def test_what_is_approved_does_not_expire(house: House) -> None:
    await approved(house)
    house.clock.advance(10_000)
    assert await house.tend() == 0
    assert [one.state for one in await proposals(house)] == ["approved"]


async def test_an_expired_proposal_of_a_quiet_incident_is_not_replaced(house: House) -> None:
    await offered(house)
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        await unit.incidents.save(one.with_signal(QUIET, house.clock.now() + 600))
    house.clock.advance(600)
    await house.tend()
    await house.offer()
    assert [one.state for one in await proposals(house)] == ["expired"]


async def test_what_still_hurts_is_looked_at_again_but_changes_no_message(house: House) -> None:
    before = await saved(house.store, make.incident())
    house.clock.advance(before.updated_at - house.clock.now() + AGAIN - 0.1)
    assert await house.tend() == 0
    house.clock.advance(0.1)
    assert await house.tend() == 1
    after = (await house.dossier()).incident
    assert after == replace(before, due=frozenset({"offer"}), updated_at=house.clock.now())
    assert await house.tend() == 0
