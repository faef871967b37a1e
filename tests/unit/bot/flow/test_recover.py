from typing import Literal

import pytest

from actions.model import ActuatorError, Answer, Target
from bot.flow.execute import LEASE, conclude
from tests.fakes.actuator import Crash, FakeActuator
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import approved, events

Moment = Literal["before", "after"]


class Vague(FakeActuator):
    """A target that cannot say what was done to it: unknown, silent or broken."""

    answer: Answer | BaseException = "unknown"

    async def probe(self, target: Target, action_id: str) -> Answer:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


async def crashed(house: House, when: Moment) -> House:
    """The process died in the middle of the run; gives the house of its successor, on the same store and target."""
    await approved(house)

    def die(moment: str) -> None:
        if moment == when:
            raise Crash

    house.actuator.on_run = die
    with pytest.raises(Crash):
        await house.execute()
    successor = House(house.store, house.clock, house.values, house.actuator.states)
    successor.actuator.effects = house.actuator.effects
    return successor


async def state_of(house: House) -> tuple[str, str]:
    dossier = await house.dossier()
    (only,) = dossier.executions
    return only.state, dossier.incident.state


@pytest.mark.parametrize(
    ("when", "effects", "ends", "says"),
    [
        ("before", 0, ("failed", "open"), "interrupted before it had an effect"),
        ("after", 1, ("done", "verifying"), "checking whether it helped"),
    ],
)
async def test_after_a_crash_the_row_tells_the_truth_and_nothing_runs_again(
    house: House, when: Moment, effects: int, ends: tuple[str, str], says: str
) -> None:
    after = await crashed(house, when)
    assert await after.recover() == 0
    assert await state_of(after) == ("running", "acting")
    after.clock.advance(LEASE + 1)
    assert await after.recover() == 1
    assert await after.recover() == await after.execute() == 0
    assert await state_of(after) == ends
    assert len(after.actuator.effects) == effects
    assert says in (await events(after, "executed", "failed"))[-1]
    history = await trail(after.store)
    assert (history.broken, history.deeds) == (0, ["propose", "approve", "begin", ends[0]])


async def test_a_crash_before_the_run_began_costs_nothing(house: House) -> None:
    await approved(house)
    after = House(house.store, house.clock, house.values, house.actuator.states)
    assert await after.recover() == 0
    assert await after.execute() == 1
    assert len(after.actuator.effects) == 1
    assert await state_of(after) == ("done", "verifying")


@pytest.mark.parametrize("answer", ["unknown", ActuatorError("no route to the target"), TimeoutError()], ids=str)
async def test_when_the_target_cannot_say_a_person_is_asked(house: House, answer: Answer | BaseException) -> None:
    after = await crashed(house, "after")
    vague = Vague(after.actuator.states)
    vague.answer = answer
    after = House(after.store, after.clock, after.values, after.actuator.states, actuator_=vague)
    after.clock.advance(LEASE + 1)
    await after.recover()
    assert await state_of(after) == ("unknown", "open")
    (told,) = await events(after, "unknown")
    assert "Look at the target; it is not tried again" in told
    after.clock.advance(10 * LEASE)
    assert await after.recover() == await after.execute() == 0
    assert vague.effects == []


async def test_a_recovery_that_dies_too_is_recovered(house: House) -> None:
    after = await crashed(house, "after")
    vague = Vague(after.actuator.states)
    vague.answer = Crash()
    dying = House(after.store, after.clock, after.values, after.actuator.states, actuator_=vague)
    dying.clock.advance(LEASE + 1)
    with pytest.raises(Crash):
        await dying.recover()
    after.clock.advance(LEASE + 1)
    assert await after.recover() == 1
    assert await state_of(after) == ("done", "verifying")


async def test_an_owner_that_wakes_after_its_lease_changes_nothing(house: House) -> None:
    after = await crashed(house, "after")
    (asleep,) = (await after.dossier()).executions
    after.clock.advance(LEASE + 1)
    await after.recover()
    before = await after.dossier()
    assert not await conclude(after.store, after.clock, asleep, "unknown", "I was away")
    told = await after.dossier()
    assert (told.executions, told.incident.state) == (before.executions, before.incident.state)
    assert (await trail(after.store)).deeds[-1] == "late"


class Recallable(FakeActuator):
    """A target that can be told that a run must have no effect any more."""

    recalled: tuple[str, ...] = ()

    async def recall(self, target: Target, action_id: str) -> Answer:
        self.recalled += (action_id,)
        return await self.probe(target, action_id)


async def test_a_target_that_can_is_told_that_the_run_is_over(house: House) -> None:
    after = await crashed(house, "before")
    house.clock.advance(LEASE + 1)
    target = Recallable(house.actuator.states)
    again = House(house.store, house.clock, house.values, house.actuator.states, actuator_=target)
    assert await again.recover() == 1
    (only,) = (await again.dossier()).executions
    assert target.recalled == (only.id,)
    assert (await state_of(after))[0] == "failed"
