"""What made things worse: its undoing needs no rest, and a yes in advance ends."""

from dataclasses import replace

import pytest

from actions.guard import Limits
from actions.model import Action, Plan
from bot.store.store import SqlStore
from tests import builders as make
from tests.fakes.actuator import FakeActuator, state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop
from tests.trail import trail
from tests.unit.bot.flow.cases import (
    INCIDENT,
    PEOPLE,
    alike,
    click,
    executed,
    offered,
    proposals,
    recovered,
    under,
)

ADA, GRACE, _ = PEOPLE


class Reversible(FakeActuator):
    """Knows the way back of a roll-back."""

    async def plan(self, action: Action) -> Plan:
        plan = await super().plan(action)
        return replace(plan, inverse=replace(action, revision=self.states[action.target.service].revision))


@pytest.fixture
def house(store: SqlStore, clock: FakeClock) -> House:
    return House(store, clock, Shop(), {name: state("v1", at=clock.now() - 86_400) for name in SERVICES})


async def worse(house: House, name: str) -> None:
    """Something new broke after the action, and the verdict says so."""
    house.clock.advance(60)
    now = house.clock.now()
    fresh = make.signal("catalog", onset=now - 30, at=now)
    async with house.store.unit() as unit:
        one = await unit.incidents.get(name)
        assert one is not None
        signals = {**one.signals, fresh.key: fresh}
        await unit.incidents.save(replace(one, signals=signals))
        points = make.points([0.4], now)
        await unit.telemetry.draw(name, [make.chart(signal, points) for signal in signals.values()])
    assert await house.verify() == 1
    async with house.store.unit() as unit:
        one = await unit.incidents.get(name)
        assert one is not None
        await unit.incidents.save(replace(one, due=frozenset({"offer"}), investigated_at=now + 3600))
    house.clock.advance(5)


async def test_an_undo_is_not_held_up_by_the_cooldown_of_what_it_undoes(house: House) -> None:
    house = House(house.store, house.clock, house.values, house.states, actuator_=Reversible(house.states))
    house = under(house, limits={"payments": Limits(cooldown=3600.0)})
    done = await executed(house)
    await worse(house, INCIDENT)
    await house.offer()
    (back,) = await proposals(house, "pending")
    assert (back.undoes, back.plan.action.revision) == (done.id, "v2")
    assert (await house.desk.click(click(back))).accepted
    await house.execute()
    assert [action.revision for _, action in house.actuator.effects] == ["v1", "v2"]
    house.clock.advance(1)
    async with house.store.read() as unit:
        assert len(await house.execute.gate(unit, back.plan.action)) == 1, "all else still rests"


async def test_a_standing_approval_ends_when_something_done_under_it_made_things_worse(house: House) -> None:
    assert (await house.desk.click(click(await offered(house), verb="stand"))).accepted
    await house.execute()
    await recovered(house, INCIDENT)
    await alike(house, "again")
    assert await house.stand() == 1
    await house.execute()
    await worse(house, "again")
    async with house.store.read() as unit:
        assert await unit.standings.valid() == []
        told = [one for one in await unit.incidents.events("again") if one.kind == "revoked"]
    assert [one.text for one in told] == [
        "Ada (Slack) approves no more in advance: roll back payments to v1 made things worse"
    ]
    history = await trail(house.store)
    assert (history.broken, history.deeds.count("end")) == (0, 1)
    await alike(house, "third")
    assert await house.stand() == 0


async def test_what_a_person_approved_by_hand_leaves_standing_approvals_alone(house: House) -> None:
    assert (await house.desk.click(click(await offered(house), verb="stand"))).accepted
    await house.execute()
    await recovered(house, INCIDENT)
    again = await alike(house, "again")
    assert (await house.desk.click(click(again, GRACE))).accepted
    await house.execute()
    await worse(house, "again")
    async with house.store.read() as unit:
        assert len(await unit.standings.valid()) == 1
