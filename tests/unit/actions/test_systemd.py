import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from actions.model import Action, ActuatorError, DriftedError, Option, Target
from actions.systemd import SystemdActuator, SystemdOptions
from tests.standins.systemd import StandIn, standing_in

DENIED = "org.freedesktop.DBus.Error.AccessDenied"


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[StandIn]:
    for name in ("releases/v1", "releases/v2", "notes"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "current").symlink_to("releases/v2")
    async with standing_in(tmp_path) as found:
        yield found


@pytest.fixture
def target(bus: StandIn, tmp_path: Path) -> Target:
    folders: dict[str, Option] = {"releases": str(tmp_path / "releases"), "notes": str(tmp_path / "notes")}
    return Target("systemd", "checkout", {"unit": "checkout@.service", "address": bus.address, **folders})


def single(bus: StandIn) -> Target:
    return Target("systemd", "single", {"unit": "single.service", "address": bus.address})


async def act(action: Action, action_id: str = "a-1") -> None:
    actuator = SystemdActuator()
    await actuator.run(await actuator.plan(action), action_id)


async def test_scaling_makes_it_one_to_n_whatever_there_was(bus: StandIn, target: Target) -> None:
    bus.units = {"checkout@2.service": "active", "checkout@5.service": "failed", "checkout@blue.service": "active"}
    await act(Action("scale", target, replicas=3))
    started = [("StartUnit", "checkout@1.service"), ("StartUnit", "checkout@3.service")]
    assert bus.calls == [*started, ("StopUnit", "checkout@5.service")]
    assert await SystemdActuator().probe(target, "a-1") == "done"


async def test_a_rollback_switches_first_and_then_restarts_one_by_one(
    bus: StandIn, target: Target, tmp_path: Path
) -> None:
    await act(Action("rollback", target, revision="v1"))
    assert (tmp_path / "current").readlink() == Path("releases/v1")
    assert bus.calls == [("RestartUnit", "checkout@1.service"), ("RestartUnit", "checkout@2.service")]
    assert await SystemdActuator().probe(target, "a-1") == "done"


async def test_without_notes_nothing_can_be_said_of_an_action(bus: StandIn) -> None:
    await act(Action("restart", single(bus)))
    assert await SystemdActuator().probe(single(bus), "a-1") == "unknown"
    for verb in ("scale", "rollback"):
        with pytest.raises(ActuatorError, match="knows only restart"):
            await SystemdActuator().plan(Action(verb, single(bus), 3, "v1"))


async def test_what_was_refused_at_once_had_no_effect_and_leaves_no_note(bus: StandIn, target: Target) -> None:
    bus.refuse["RestartUnit"] = DENIED
    with pytest.raises(ActuatorError, match=r"steward\.rules") as caught:
        await act(Action("restart", target))
    assert caught.value.effect == "none"
    assert await SystemdActuator().probe(target, "a-1") == "not_done"


@pytest.mark.parametrize("verb", ["restart", "rollback"])
async def test_what_was_refused_half_way_is_unknown(bus: StandIn, target: Target, verb: str) -> None:
    bus.results["checkout@2.service"] = "failed"
    if verb == "rollback":
        bus.refuse["RestartUnit"] = DENIED
    with pytest.raises(ActuatorError) as caught:
        await act(Action("restart", target) if verb == "restart" else Action("rollback", target, revision="v1"))
    assert caught.value.effect == "unknown"
    assert await SystemdActuator().probe(target, "a-1") == "unknown"


async def test_an_action_that_was_cut_off_is_not_begun_again(bus: StandIn, target: Target) -> None:
    bus.results["checkout@2.service"] = ""  # no end ever
    actuator = SystemdActuator()
    plan = await actuator.plan(Action("restart", target))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(actuator.run(plan, "a-1"))
        while len(bus.calls) < 2:
            bus.begun.clear()
            await bus.begun.wait()
        running.cancel()
    assert await actuator.probe(target, "a-1") == "unknown"
    with pytest.raises(ActuatorError, match="was begun before: see how far it came") as caught:
        await actuator.run(plan, "a-1")
    assert caught.value.effect == "unknown"
    assert len(bus.calls) == 2


async def test_a_release_that_came_after_the_plan_is_drift(bus: StandIn, target: Target, tmp_path: Path) -> None:
    actuator = SystemdActuator()
    plan = await actuator.plan(Action("restart", target))
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("releases/v1")
    with pytest.raises(DriftedError):
        await actuator.run(plan, "a-1")
    assert not bus.calls


async def test_no_instance_is_no_target(bus: StandIn, target: Target) -> None:
    bus.units = {"checkout@1.service": "inactive"}
    with pytest.raises(ActuatorError, match=r"no instance of checkout@\.service was started"):
        await SystemdActuator().check(target)


async def test_check_finds_a_folder_that_is_not_there(bus: StandIn, target: Target, tmp_path: Path) -> None:
    await SystemdActuator().check(target)
    (tmp_path / "notes").rmdir()
    with pytest.raises(ActuatorError, match=r"may not write to .*notes: make it"):
        await SystemdActuator().check(target)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "required"),
        ({"unit": "checkout"}, "pattern"),
        ({"unit": "checkout@1.timer"}, "pattern"),
        ({"unit": "../x.service"}, "pattern"),
        ({"unit": "a.service", "releases": "srv"}, "absolute path"),
        ({"unit": "a.service", "note": "/x"}, "not permitted"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SystemdOptions.model_validate(options)
