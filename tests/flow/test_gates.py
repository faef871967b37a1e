"""What may come between an offer, the click and the run: the pace, the calendar, another action, another target."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from actions.guard import Limits
from bot.domain.calendar import Calendar, Entry, Span
from bot.domain.proposals import Proposal
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
    accepted,
    approved,
    click,
    executions,
    investigated,
    offered,
    proposals,
    saved,
    under,
)

ADA, GRACE, OWNER = PEOPLE
FREEZE = Calendar(freezes=[Entry(Span("until Monday"), reason="the sale")])


@pytest.fixture
def house(store: SqlStore, clock: FakeClock) -> House:
    return House(store, clock, Shop(), {name: state("v1", at=clock.now() - 86_400) for name in SERVICES})


def paced(house: House, **limits: Any) -> House:
    return under(house, limits={"payments": Limits(**{"cooldown": 0.0, **limits})})


async def refused(house: House, proposal: Proposal, why: str) -> None:
    """The click is refused, said and audited, and the proposal still waits."""
    answer = await house.desk.click(click(proposal, id=f"{why}/{proposal.id}"))
    assert (answer.accepted, answer.text.startswith(f"not now: {why}")) == (False, True), answer.text
    assert (await trail(house.store)).rows[-1] == (ADA.identity, "refuse", proposal.id)
    assert [one.state for one in await proposals(house, None, proposal.incident_id)][:1] == ["pending"]


async def nothing_was_done(house: House, why: str, name: str = INCIDENT) -> None:
    """The run ends without an effect and says why; the incident is open for something new."""
    before = len(house.actuator.effects)
    assert await house.execute() == 1
    (execution,) = await executions(house, name)
    assert (execution.state, len(house.actuator.effects)) == ("failed", before)
    assert execution.error.startswith(f"nothing was done: {why}"), execution.error
    async with house.store.read() as unit:
        incident = await unit.incidents.get(name)
    assert incident is not None
    assert incident.state == "open"
    assert "offer" in incident.due


async def two_wounds(house: House) -> tuple[Proposal, Proposal]:
    """Two incidents blame payments, and each has its proposal."""
    await investigated(house)
    await saved(house.store, make.incident(id="other", due=frozenset({"offer"})))
    house.clock.advance(60)
    await house.offer()
    (one,) = await proposals(house, "pending")
    (other,) = await proposals(house, "pending", "other")
    return one, other


async def test_a_cooldown_that_began_since_the_offer_holds_at_the_click(house: House) -> None:
    one, other = await two_wounds(house)
    assert (await house.desk.click(click(one))).accepted
    await refused(house, other, "another action is running on payments: wait until it has ended; payments was acted")
    await house.execute()
    await refused(house, other, "payments was acted on 0 s ago: its cooldown ends in 60 s")
    house.clock.advance(59.999)
    await refused(house, other, "payments was acted on 60 s ago")
    house.clock.advance(0.001)
    assert (await house.desk.click(click(other))).accepted


async def test_max_per_hour_of_the_service_holds_at_the_click(house: House) -> None:
    house = paced(house, max_per_hour=1)
    one, other = await two_wounds(house)
    assert (await house.desk.click(click(one))).accepted
    await house.execute()
    await refused(house, other, "payments had 1 actions in the last hour, the most allowed (max_per_hour)")


async def test_max_per_hour_of_all_holds_at_the_click(house: House) -> None:
    house = under(paced(house), max_per_hour=1)
    one, _ = await two_wounds(house)
    await saved(house.store, make.incident(id="third", suspects=(make.suspect(service="catalog", cause="fault"),)))
    async with house.store.unit() as unit:
        third = await unit.incidents.get("third")
        assert third is not None
        await unit.incidents.save(replace(third, due=frozenset({"offer"})))
    await house.offer()
    (elsewhere,) = await proposals(house, "pending", "third")
    assert (await house.desk.click(click(one))).accepted
    await house.execute()
    await refused(house, elsewhere, "there were 1 actions in the last hour, the most allowed in all")


async def test_a_freeze_that_began_since_the_offer_holds_at_the_click(house: House) -> None:
    proposal = await offered(house)
    frozen = under(house, calendar=FREEZE)
    await refused(frozen, proposal, "payments is frozen (until Monday): the sale")
    assert (await house.desk.click(click(proposal))).accepted


async def test_a_freeze_that_began_since_the_click_holds_at_the_run(house: House) -> None:
    await approved(house)
    await nothing_was_done(under(house, calendar=FREEZE), "payments is frozen (until Monday): the sale")


async def test_a_freeze_begins_to_the_second(house: House) -> None:
    """Offered and approved just before six in the evening; the run comes with the stroke of it."""
    evening = Calendar(freezes=[Entry(Span("evenings", start=18 * 60))])
    timely = under(house, calendar=evening, expires_after=3600.0)
    house.clock.advance(10 * 3600 - 62)
    await approved(timely, opened_at=house.clock.now(), investigated_at=T + 86_400)
    house.clock.advance(2)
    await nothing_was_done(timely, "payments is frozen (evenings)")


@pytest.mark.parametrize("processes", [1, 2])
async def test_of_two_on_one_target_exactly_one_has_its_effect(house: House, rival: SqlStore, processes: int) -> None:
    """Also when both clicks were accepted before either began, as two processes may."""
    house = paced(house)
    one, other = await two_wounds(house)
    second = under(house, rival) if processes == 2 else house
    answers = await asyncio.gather(house.desk.click(click(one)), second.desk.click(click(other, GRACE)))
    assert accepted(answers)
    await asyncio.gather(house.execute(), second.execute())
    await asyncio.gather(house.execute(), second.execute())
    assert len(house.actuator.effects) == 1
    ends = [done.state for name in (INCIDENT, "other") for done in await executions(house, name)]
    assert sorted(ends) == (["done", "failed"] if len(accepted(answers)) == 2 else ["done"])
    assert (await trail(house.store)).broken == 0


@pytest.mark.parametrize("processes", [1, 2])
async def test_two_that_were_approved_both_before_either_began(house: House, rival: SqlStore, processes: int) -> None:
    house = paced(house)
    one, other = await two_wounds(house)
    async with house.store.unit() as unit:  # as if neither process had seen the other's row
        for place, proposal in enumerate((one, other)):
            yes = make.approved(proposal, house.clock.now(), PEOPLE[place])
            done = make.execution(f"x{place}", proposal.id, incident_id=proposal.incident_id, state="queued")
            assert await unit.ledger.claim(yes, done)
    second = under(house, rival)
    if processes == 2:
        await asyncio.gather(house.execute(), second.execute())
    else:
        assert await house.execute() == 2
    assert len(house.actuator.effects) == 1
    (first,), (late,) = await executions(house), await executions(house, "other")
    assert sorted((first.state, late.state)) == ["done", "failed"]
    if processes == 1:
        assert first.state == "done", "one that waits for its run holds up nobody"
    failed = first if first.state == "failed" else late
    assert failed.error.startswith("nothing was done: ")


@pytest.mark.parametrize("min_healthy", [0, 1])
async def test_min_healthy_is_looked_at_again_just_before_the_run(house: House, min_healthy: int) -> None:
    house.states["payments"] = state("v1", "v2", at=T - 60, replicas=2)
    house = paced(house, min_healthy=min_healthy)
    await investigated(house)
    house.actuator.states["payments"] = state("v1", "v2", at=T - 60, replicas=2)
    house.clock.advance(60)
    await house.offer()
    (proposal,) = await proposals(house, "pending")
    assert (await house.desk.click(click(proposal))).accepted
    house.actuator.states["payments"] = replace(house.actuator.states["payments"], ready=1)  # its version stays
    if min_healthy:
        await nothing_was_done(house, "payments would have 0 healthy replicas for a while, fewer than 1 (min_healthy)")
    else:
        await house.execute()
        assert len(house.actuator.effects) == 1


@pytest.mark.parametrize("change", ["moved", "gone"])
async def test_a_service_with_another_target_by_now_is_not_touched(house: House, change: str) -> None:
    await approved(house)
    targets = dict(house.fleet.targets)
    there = targets.pop("payments")
    if change == "moved":
        targets["payments"] = replace(there, options={"host": "another"})
    house.execute = replace(house.execute, fleet=replace(house.fleet, targets=targets))
    await nothing_was_done(house, "payments has another target in the config by now")


async def test_a_target_that_cannot_be_asked_is_not_touched(house: House) -> None:
    await approved(house)
    del house.actuator.states["payments"]
    await nothing_was_done(house, "no such workload: payments")


async def test_what_did_nothing_needs_no_rest(house: House) -> None:
    await approved(house)
    gone = house.actuator.states.pop("payments")
    await nothing_was_done(house, "no such workload: payments")
    house.actuator.states["payments"] = gone
    await house.offer()
    (new,) = await proposals(house, "pending")
    assert (await house.desk.click(click(new))).accepted
    await house.execute()
    assert len(house.actuator.effects) == 1
