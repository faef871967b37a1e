from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from actions.model import ActuatorError, State, Target
from bot.flow.execute import LEASE, RUN_TIME, conclude
from bot.store import codec
from bot.store.tables import proposals as rows
from tests.fakes.actuator import Crash, FakeActuator, state
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import approved, events, executed, offered, proposals


async def test_what_was_approved_runs_once_and_says_so(house: House) -> None:
    await approved(house)
    assert await house.execute() == 1
    assert await house.execute() == 0
    dossier = await house.dossier()
    (done,) = dossier.executions
    assert (done.state, done.fence, dossier.incident.state) == ("done", 1, "verifying")
    assert [(id_, action.revision) for id_, action in house.actuator.effects] == [(done.id, "v1")]
    assert await events(house, "executing", "executed") == [
        "About to roll back payments to v1",
        "Done: roll back payments to v1; checking whether it helped",
    ]
    history = await trail(house.store)
    assert (history.broken, history.deeds) == (0, ["propose", "approve", "begin", "done"])


async def test_nothing_runs_without_an_approval(house: House) -> None:
    await offered(house)
    assert await house.execute() == 0
    assert house.actuator.effects == []


@pytest.mark.parametrize(
    ("error", "ends", "says"),
    [
        (ActuatorError("the API said 403"), "failed", "the API said 403"),
        (ActuatorError("the connection broke", effect="unknown"), "unknown", "Look at the target"),
        (TimeoutError(), "unknown", f"did not answer within {RUN_TIME:.0f} s"),
    ],
)
async def test_a_run_that_fails_says_how_and_opens_the_incident_again(
    house: House, error: Exception, ends: str, says: str
) -> None:
    await approved(house)

    def fail(_moment: str) -> None:
        raise error

    house.actuator.on_run = fail
    await house.execute()
    dossier = await house.dossier()
    assert ([one.state for one in dossier.executions], dossier.incident.state) == ([ends], "open")
    (told,) = await events(house, "failed", "unknown")
    assert says in told
    assert (await trail(house.store)).deeds[-1] == ends


async def test_a_target_that_moved_on_is_not_touched_and_something_new_is_offered(house: House) -> None:
    old = await approved(house)
    house.actuator.states["payments"] = replace(state("v1", "v2", "v3", at=house.clock.now()), version="9")
    await house.execute()
    assert house.actuator.effects == []
    (told,) = await events(house, "failed")
    assert "nothing was done: the target moved on" in told
    await house.offer()
    (new,) = await proposals(house, "pending")
    assert (new.plan.version, new.plan.action.revision) == ("9", "v2")
    assert new.digest != old.digest


async def test_an_approval_that_expired_while_nobody_ran_it_never_runs(house: House) -> None:
    proposal = await approved(house)
    house.clock.advance(proposal.expires_at - house.clock.now())
    await house.execute()
    assert house.actuator.effects == []
    (told,) = await events(house, "failed")
    assert "the approval expired before it could run" in told


async def test_a_plan_that_is_not_the_approved_one_never_runs_and_blocks_nobody(house: House) -> None:
    proposal = await approved(house)
    async with house.store.unit() as unit:
        kept = await unit.ledger.proposal(proposal.id)
        assert kept is not None
        forged = replace(kept, plan=replace(kept.plan, version="forged"))
        await unit._connection.execute(update(rows).values(body=codec.dump(forged)))
    assert await house.execute() == 1
    assert house.actuator.effects == []
    (told,) = await events(house, "failed")
    assert "the plan or the rules are not those that were approved" in told


async def test_a_crash_leaves_the_run_to_recovery(house: House) -> None:
    await approved(house)

    def die(_moment: str) -> None:
        raise Crash

    house.actuator.on_run = die
    with pytest.raises(Crash):
        await house.execute()
    assert [one.state for one in (await house.dossier()).executions] == ["running"]
    assert await house.execute() == 0


async def test_a_stale_fence_concludes_nothing(house: House) -> None:
    done = await executed(house)
    before = await house.dossier()
    assert not await conclude(house.store, house.clock, done, "failed", "I woke up late")
    after = await house.dossier()
    assert (after.executions, after.incident.state) == (before.executions, before.incident.state)
    assert (
        after.events[-1].text == "A run that was given up came to its end after all, failed: roll back payments to v1"
    )
    assert (await trail(house.store)).deeds[-2:] == ["done", "late"]


class Sleeper(FakeActuator):
    """While it answers how it is, its caller is paused for so many seconds."""

    pause = 0.0
    wake: Callable[[float], None] = staticmethod(lambda _seconds: None)

    async def state(self, target: Target) -> State:
        self.wake(self.pause)
        return await super().state(target)


async def test_a_process_that_was_paused_past_its_lease_does_nothing(house: House) -> None:
    await approved(house)
    target = Sleeper(house.actuator.states)
    target.pause, target.wake = LEASE + 1, house.clock.advance
    slow = House(house.store, house.clock, house.values, house.actuator.states, actuator_=target)
    assert await slow.execute() == 1
    (only,) = (await house.dossier()).executions
    assert (only.state, target.effects) == ("failed", [])
    assert only.error == "nothing was done: its process was paused for longer than its lease"
