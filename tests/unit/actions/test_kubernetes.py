from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actions.kubernetes_api import ATTEMPTS
from actions.kubernetes_read import LAST_ACTION, RESTARTED_AT
from actions.model import Action, ActuatorError, DriftedError
from tests.unit.actions.kubernetes_server import Cluster, acting

AT_NOW = "2026-11-20T10:00:00.000+00:00"


def new_status(found: dict[str, Any]) -> None:
    found["status"]["readyReplicas"] = 1


def new_template(found: dict[str, Any]) -> None:
    found["spec"]["template"]["spec"]["containers"][0]["image"] = "shop:v3"


def new_size(found: dict[str, Any]) -> None:
    found["spec"]["replicas"] = 6


async def test_a_restart_is_dated_and_signed(tmp_path: Path) -> None:
    cluster = Cluster()
    async with acting(cluster, tmp_path) as (actuator, target):
        await actuator.run(await actuator.plan(Action("restart", target)), "a1")
    (patch,) = cluster.patches
    assert patch["spec"]["template"]["metadata"]["annotations"] == {RESTARTED_AT: AT_NOW}
    assert patch["metadata"] == {"resourceVersion": "1", "annotations": {LAST_ACTION: "a1"}}


async def test_the_plan_was_judged_by_the_cluster(tmp_path: Path) -> None:
    cluster = Cluster()
    async with acting(cluster, tmp_path) as (actuator, target):
        await actuator.plan(Action("scale", target, replicas=5))
    assert [body["spec"] for body in cluster.tried] == [{"replicas": 5}]
    assert not cluster.patches


async def test_a_status_that_comes_between_is_no_drift(tmp_path: Path) -> None:
    cluster = Cluster(between=[new_status, new_status])
    async with acting(cluster, tmp_path) as (actuator, target):
        await actuator.run(await actuator.plan(Action("scale", target, replicas=5)), "a1")
    assert len(cluster.patches) == 1


async def test_it_gives_up_when_it_never_gets_through(tmp_path: Path) -> None:
    cluster = Cluster(between=[new_status] * ATTEMPTS)
    async with acting(cluster, tmp_path) as (actuator, target):
        plan = await actuator.plan(Action("restart", target))
        with pytest.raises(ActuatorError, match="nothing was done") as caught:
            await actuator.run(plan, "a1")
    assert caught.value.effect == "none"
    assert not cluster.patches


@pytest.mark.parametrize(
    ("action", "meanwhile", "drifted"),
    [
        ("restart", new_template, True),
        ("restart", new_size, False),
        ("scale", new_template, True),
        ("scale", new_size, True),
    ],
)
@pytest.mark.parametrize("when", ["before", "during"])
async def test_what_is_drift(
    tmp_path: Path, action: str, meanwhile: Callable[[dict[str, Any]], None], drifted: bool, when: str
) -> None:
    cluster = Cluster(between=[meanwhile] if when == "during" else [])
    async with acting(cluster, tmp_path) as (actuator, target):
        wanted = Action("scale", target, replicas=5) if action == "scale" else Action("restart", target)
        plan = await actuator.plan(wanted)
        if when == "before":
            meanwhile(cluster.object)
        if drifted:
            with pytest.raises(DriftedError, match="make a new plan"):
                await actuator.run(plan, "a1")
        else:
            await actuator.run(plan, "a1")
    assert len(cluster.patches) == (0 if drifted else 1)


async def test_an_action_that_another_finished_meanwhile_is_not_done_twice(tmp_path: Path) -> None:
    def finish(found: dict[str, Any]) -> None:
        found["metadata"]["annotations"][LAST_ACTION] = "a0,a1"

    cluster = Cluster(between=[finish])
    async with acting(cluster, tmp_path) as (actuator, target):
        await actuator.run(await actuator.plan(Action("restart", target)), "a1")
        assert await actuator.probe(target, "a1") == "done"
    assert not cluster.patches


async def test_a_daemon_set_is_not_scaled(tmp_path: Path) -> None:
    async with acting(Cluster(), tmp_path, "daemonset") as (actuator, target):
        with pytest.raises(ActuatorError, match="knows only restart, rollback"):
            await actuator.plan(Action("scale", target, replicas=5))


async def test_a_paused_deployment_is_not_restarted(tmp_path: Path) -> None:
    cluster = Cluster()
    cluster.object["spec"]["paused"] = True
    async with acting(cluster, tmp_path) as (actuator, target):
        with pytest.raises(ActuatorError, match="paused"):
            await actuator.plan(Action("restart", target))
        await actuator.plan(Action("scale", target, replicas=5))
