"""Every point at which a roll-back can be cut off, on an engine that loses nothing but its answers."""

import asyncio
from contextlib import suppress

import pytest

from actions.model import Action, ActuatorError, Target
from tests.unit.actions.docker_server import QUICK_CHECK, Cut, Engine, acting, served

ONE = "shop-checkout-1"
WAY_THERE = [
    f"stop {ONE}",
    f"rename {ONE}",
    f"rename {ONE}.steward-new",
    f"start {ONE}",
]
BACK = {ONE: ("old1", "running")}


def rollback(target: Target) -> Action:
    return Action("rollback", target, revision="v1")


def one(cut: str = "", how: Cut = "refused") -> Engine:
    return Engine({"old1": served(1)}, cut=cut, how=how)


def two(health: list[str], cut: str = "", how: Cut = "refused") -> Engine:
    pair = {f"old{number}": served(number, Healthcheck=QUICK_CHECK) for number in (1, 2)}
    return Engine(pair, health=health, cut=cut, how=how)


async def cut_off(run: "asyncio.Task[None]", engine: Engine) -> None:
    """Cancels the run, twice, when it came to the point."""
    await engine.reached.wait()
    run.cancel()
    await asyncio.sleep(0)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run


@pytest.mark.parametrize("single", [True, False])
async def test_the_new_container_takes_the_place(single: bool) -> None:
    engine = one()
    async with acting(engine, single=single) as (actuator, target):
        await actuator.run(await actuator.plan(rollback(target)), "a1")
        assert await actuator.probe(target, "a1") == "done"
    assert engine.changes == [f"create {ONE}.steward-new", *WAY_THERE, f"remove {ONE}.steward-old"]
    assert engine.standing == {ONE: ("new1", "running")}


@pytest.mark.parametrize("cut", WAY_THERE)
async def test_what_the_engine_refuses_is_put_back(cut: str) -> None:
    engine = one(cut)
    async with acting(engine) as (actuator, target):
        with pytest.raises(ActuatorError, match=r"busy.*; the container before it was put back") as caught:
            await actuator.run(await actuator.plan(rollback(target)), "a1")
        assert caught.value.effect == "unknown"
        assert engine.standing == BACK
        assert await actuator.probe(target, "a1") == "unknown"
        await actuator.run(await actuator.plan(rollback(target)), "a2")
        assert await actuator.probe(target, "a2") == "done"


@pytest.mark.parametrize("how", ["held", "held after"])
@pytest.mark.parametrize("cut", WAY_THERE)
async def test_what_is_cut_off_is_put_back(cut: str, how: Cut) -> None:
    engine = one(cut, how)
    async with acting(engine, single=True) as (actuator, target):
        plan = await actuator.plan(rollback(target))
        async with asyncio.TaskGroup() as group:
            run = group.create_task(actuator.run(plan, "a1"))
            await cut_off(run, engine)
        assert engine.standing == BACK
        assert await actuator.probe(target, "a1") == "unknown"


@pytest.mark.parametrize("how", ["killed", "killed after"])
@pytest.mark.parametrize("cut", [f"create {ONE}.steward-new", *WAY_THERE, f"remove {ONE}.steward-old"])
async def test_what_a_silent_engine_hides_is_never_called_done_too_soon(cut: str, how: Cut) -> None:
    """From one change on nothing is answered any more, as when Steward is killed; later somebody looks."""
    engine = one(cut, how)
    async with acting(engine) as (actuator, target):
        plan = await actuator.plan(rollback(target))
        with pytest.raises(ActuatorError):
            await actuator.run(plan, "a1")
        engine.dead = False
        if ONE not in engine.standing:
            with pytest.raises(ActuatorError, match=f"roll-back that was cut off: put it back, docker rename {ONE}"):
                await actuator.probe(target, "a1")
            return
        replaced = engine.standing[ONE] == ("new1", "running")
        assert await actuator.probe(target, "a1") == ("done" if replaced else "unknown")


async def test_one_that_stands_aside_is_not_forgotten_by_the_probe() -> None:
    engine = two(["healthy"], "rename shop-checkout-2.steward-new", "killed")
    async with acting(engine) as (actuator, target):
        with pytest.raises(ActuatorError, match="shop-checkout-2 could not be put back and may be down: see docker ps"):
            await actuator.run(await actuator.plan(rollback(target)), "a1")
        engine.dead = False
        assert await actuator.probe(target, "a1") == "unknown"


@pytest.mark.parametrize("how", ["held", "held after"])
async def test_what_was_only_prepared_is_taken_away(how: Cut) -> None:
    engine = two(["healthy"], "create shop-checkout-2.steward-new", how)
    before = engine.standing
    async with acting(engine) as (actuator, target):
        plan = await actuator.plan(rollback(target))
        async with asyncio.TaskGroup() as group:
            run = group.create_task(actuator.run(plan, "a1"))
            await engine.reached.wait()
            run.cancel()
            await asyncio.sleep(0)
            engine.released.set()
            with pytest.raises(asyncio.CancelledError):
                await run
        left = {name: found for name, found in engine.standing.items() if name not in before}
        assert before == {name: found for name, found in engine.standing.items() if name not in left}
        assert len(left) == (how == "held after")  # made, but nobody was told its id: the next one clears it away
        assert await actuator.probe(target, "a1") == "unknown"
        await actuator.run(await actuator.plan(rollback(target)), "a2")
        assert await actuator.probe(target, "a2") == "done"


async def test_the_next_is_touched_only_when_the_one_before_is_well() -> None:
    engine = two(["starting", "starting", "healthy"])
    async with acting(engine) as (actuator, target):
        assert (await actuator.state(target)).at_once == 1
        await actuator.run(await actuator.plan(rollback(target)), "a1")
        assert await actuator.probe(target, "a1") == "done"
    assert engine.health == ["healthy"]


async def test_a_new_container_that_is_not_well_gives_way_to_the_old_one() -> None:
    engine = two(["starting", "unhealthy"])
    before = engine.standing
    async with acting(engine) as (actuator, target):
        with pytest.raises(ActuatorError, match=f"{ONE} did not become well: unhealthy.*was put back"):
            await actuator.run(await actuator.plan(rollback(target)), "a1")
    assert engine.standing == before
    assert not [change for change in engine.changes if change == "stop shop-checkout-2"]


async def test_an_old_container_that_cannot_be_removed_is_told_and_cleared_away_by_the_next() -> None:
    engine = one(f"remove {ONE}.steward-old")
    async with acting(engine) as (actuator, target):
        plan = await actuator.plan(rollback(target))
        with pytest.raises(ActuatorError, match=rf"the roll-back is done, but .* docker rm {ONE}\.steward-old"):
            await actuator.run(plan, "a1")
        assert await actuator.probe(target, "a1") == "done"
        await actuator.run(await actuator.plan(Action("rollback", target, revision="v2")), "a2")
    assert list(engine.standing) == [ONE]


async def test_a_crashed_container_is_put_back_as_it_was() -> None:
    engine = one(f"start {ONE}")
    engine.containers["old1"]["State"] |= {"Status": "exited", "Running": False}
    async with acting(engine) as (actuator, target):
        with pytest.raises(ActuatorError, match="was put back"):
            await actuator.run(await actuator.plan(rollback(target)), "a1")
    assert engine.standing == {ONE: ("old1", "exited")}


@pytest.mark.parametrize(
    ("how", "left"),
    [("refused", ["old1", "new1"]), ("held", ["old1", "new1"]), ("held after", ["old1", "new1", "new2"])],
)
async def test_what_a_scale_did_not_come_to_start_is_taken_away(how: Cut, left: list[str]) -> None:
    engine = one("start shop-checkout-3", how)
    async with acting(engine) as (actuator, target):
        plan = await actuator.plan(Action("scale", target, replicas=4))

        async def attempt() -> None:
            with suppress(ActuatorError):
                await actuator.run(plan, "a1")

        async with asyncio.TaskGroup() as group:
            run = group.create_task(attempt())
            await engine.reached.wait()
            if how != "refused":
                run.cancel()
        assert [found[0] for found in engine.standing.values()] == left
        assert await actuator.probe(target, "a1") == "unknown"
