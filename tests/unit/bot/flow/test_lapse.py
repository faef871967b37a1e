"""What ends a standing approval by itself, so that a person looks first."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from actions.model import ActuatorError, State, Target
from bot.domain.people import Command
from tests import builders as make
from tests.fakes.actuator import FakeActuator
from tests.flow.house import APPROVERS, House
from tests.trail import trail
from tests.unit.bot.flow.cases import (
    INCIDENT,
    PEOPLE,
    STRANGER,
    alike,
    click,
    events,
    executions,
    granted,
    look_again,
    offered,
    proposals,
    standing,
    under,
)


async def holding(house: House) -> int:
    async with house.store.read() as unit:
        return len(await unit.standings.valid())


@pytest.mark.parametrize("effect", ["none", "unknown"])
async def test_a_run_that_did_not_go_as_it_should_is_not_repeated_in_advance(house: House, effect: str) -> None:
    await granted(house)
    await alike(house, "again")

    def refuse(_moment: str) -> None:
        raise ActuatorError("the API is down", "unknown" if effect == "unknown" else "none")

    house.actuator.on_run = refuse
    assert await house.stand() == 1
    for _ in range(5):
        await house.steps()
        house.clock.advance(400)
    assert len(await executions(house, "again")) == 1
    assert await holding(house) == 0
    (told,) = await events(house, "revoked", name="again")
    assert told == "Ada (Slack) approves no more in advance: roll back payments to v1 did not run as it should"
    assert (await trail(house.store)).deeds.count("end") == 1


async def test_the_action_that_it_was_given_with_counts_too(house: House) -> None:
    proposal = await offered(house)
    assert (await house.desk.click(click(proposal, verb="stand"))).accepted

    def refuse(_moment: str) -> None:
        raise ActuatorError("the API is down")

    house.actuator.on_run = refuse
    await house.execute()
    assert await holding(house) == 0


async def test_it_ends_when_its_giver_may_not_approve_any_more(house: House) -> None:
    given = await granted(house)
    without = under(house, approvers=APPROVERS - {given.identity})
    await without.stand()
    assert (await standing(house, given.id)).ended == "ended: its giver may not approve this any more"
    assert await under(house).stand() == 0, "to name the person again does not bring it back"
    assert await holding(house) == 0


async def test_only_the_most_promising_proposal_is_approved_in_advance(house: House) -> None:
    given = await granted(house)
    second = await alike(house, "again")
    async with house.store.unit() as unit:
        assert await unit.ledger.settle(replace(second, place=1), "pending")
        restart = make.sealed(house.policy, replace(second.plan, action=replace(second.plan.action, verb="restart")))
        first = replace(restart, id="first", incident_id="again", expires_at=second.expires_at)
        await unit.ledger.offer(first)
    assert await house.stand() == 0, "the roll-back is second: whether it will do is a person's say"
    assert (await standing(house, given.id)).used == 1


async def test_a_stranger_in_private_is_told_nothing(house: House) -> None:
    asked = Command("c1", STRANGER, ("status",), private=True)
    answer = await house.desk.command(asked)
    assert (answer.accepted, answer.card) == (False, None)
    assert (await house.desk.command(replace(asked, id="c2", private=False))).accepted
    assert (await house.desk.command(replace(asked, id="c3", person=PEOPLE[1]))).accepted


async def test_a_no_is_a_no_for_this_incident(house: House) -> None:
    proposal = await offered(house)
    assert (await house.desk.click(click(proposal, verb="reject"))).accepted
    for _ in range(3):
        house.clock.advance(400)
        await house.tend()
        await house.offer()
        await look_again(house)
    assert [one.state for one in await proposals(house)] == ["rejected"]
    assert len(await events(house, "proposed", name=INCIDENT)) == 1


class Slow(FakeActuator):
    """Somebody does something while it answers how it is."""

    meanwhile: Callable[[], Awaitable[object]]

    async def state(self, target: Target) -> State:
        await self.meanwhile()
        return await super().state(target)


async def test_what_is_stopped_during_the_last_look_does_not_run(house: House) -> None:
    assert (await house.desk.click(click(await offered(house)))).accepted
    slow = Slow(house.actuator.states)
    slow.meanwhile = lambda: house.desk.command(Command("s1", PEOPLE[1], ("stop", "wait")))
    await House(house.store, house.clock, house.values, house.states, actuator_=slow).execute()
    assert slow.effects == []
    (told,) = await events(house, "failed")
    assert "nothing was done: all actions are stopped by Grace (Telegram): wait" in told
