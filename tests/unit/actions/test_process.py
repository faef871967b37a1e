from dataclasses import replace
from pathlib import Path

import pytest

from actions.manifest import Instance, Manifest, Release, Status, change, read, write, write_status
from actions.model import Action, ActuatorError, DriftedError, Target
from actions.process import ProcessActuator

NOW = 500.0


@pytest.fixture
def target(tmp_path: Path) -> Target:
    releases = (Release("v1", ("serve",), deployed_at=10.0), Release("v2", ("serve", "--new"), deployed_at=20.0))
    write(tmp_path, Manifest("payments", 2, "v2", releases))
    return Target("process", "payments", {"directory": str(tmp_path)})


@pytest.fixture
def actuator() -> ProcessActuator:
    return ProcessActuator(now=lambda: NOW)


async def test_only_instances_of_what_is_wanted_now_count_as_ready(
    actuator: ProcessActuator, target: Target, tmp_path: Path
) -> None:
    change(tmp_path, "payments", None, lambda old: replace(old, restarted_at=100.0))
    instances = (
        Instance(1, 8001, "v2", 101.0, ready=True, restarts=1),
        Instance(2, 8002, "v2", 99.0, ready=True, restarts=2),
        Instance(3, 8003, "v1", 101.0, ready=True),
        Instance(4, 8004, "v2", 101.0, ready=False),
    )
    write_status(tmp_path, "payments", Status(2, instances, ("instance 4 exited with code 3",)))
    state = await actuator.state(target)
    assert (state.replicas, state.ready, state.restarts) == (2, 1, 3)
    assert state.problems == ("instance 4 exited with code 3",)
    assert [revision.deployed_at for revision in state.revisions] == [10.0, 20.0]
    assert not state.settled
    assert state.at_once == 0


async def test_a_restart_is_dated_by_the_clock(actuator: ProcessActuator, target: Target, tmp_path: Path) -> None:
    await actuator.run(await actuator.plan(Action("restart", target)), "a1")
    manifest = read(tmp_path, "payments")
    assert (manifest.restarted_at, dict(manifest.actions)) == (NOW, {"a1": 2})


async def test_a_restart_is_seen_even_when_the_clock_was_set_back(
    actuator: ProcessActuator, target: Target, tmp_path: Path
) -> None:
    change(tmp_path, "payments", None, lambda old: replace(old, restarted_at=NOW + 3600))
    await actuator.run(await actuator.plan(Action("restart", target)), "a1")
    assert read(tmp_path, "payments").restarted_at > NOW + 3600


async def test_a_deployment_after_the_plan_is_drift(actuator: ProcessActuator, target: Target, tmp_path: Path) -> None:
    plan = await actuator.plan(Action("rollback", target, revision="v1"))
    deployed = Release("v3", ("serve",), deployed_at=30.0)
    change(tmp_path, "payments", None, lambda old: replace(old, revisions=(*old.revisions, deployed), revision="v3"))
    with pytest.raises(DriftedError, match="version 2, the plan was made at 1"):
        await actuator.run(plan, "a1")
    assert read(tmp_path, "payments").revision == "v3"


async def test_a_target_without_a_directory_says_where_to_add_it(actuator: ProcessActuator) -> None:
    with pytest.raises(ActuatorError, match=r"services\.payments\.target"):
        await actuator.state(Target("process", "payments"))


async def test_check_refuses_a_directory_that_cannot_be_written(
    actuator: ProcessActuator, target: Target, tmp_path: Path
) -> None:
    await actuator.check(target)
    (tmp_path / "payments.json").unlink()
    with pytest.raises(ActuatorError, match="no manifest"):
        await actuator.check(target)


async def test_a_run_that_was_called_back_has_no_effect_any_more(
    actuator: ProcessActuator, target: Target, tmp_path: Path
) -> None:
    plan = await actuator.plan(Action("restart", target))
    assert await actuator.recall(target, "x1") == "not_done"
    assert await actuator.recall(target, "x1") == "not_done"
    before = read(tmp_path, "payments")
    with pytest.raises(DriftedError, match="this run was called back from payments"):
        await actuator.run(plan, "x1")
    assert read(tmp_path, "payments") == before
    assert await actuator.probe(target, "x1") == "not_done"


async def test_what_had_its_effect_cannot_be_called_back(actuator: ProcessActuator, target: Target) -> None:
    await actuator.run(await actuator.plan(Action("restart", target)), "x1")
    assert await actuator.recall(target, "x1") == "done"
    assert await actuator.probe(target, "x1") == "done"
