import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from actions.docker import DockerActuator
from actions.docker_read import NUMBER
from actions.model import Action, ActuatorError, DriftedError, Target
from tests.unit.actions.answering import answering
from tests.unit.actions.test_docker_read import IMAGES, container


@dataclass
class Engine:
    """As much of a Docker Engine as looking, marking and restarting need."""

    containers: list[dict[str, Any]]
    markers: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/v1.41")
        if request.method == "POST" and path == "/volumes/create":
            body = await request.json()
            self.markers[body["Name"]] = {**body, "CreatedAt": "2026"}
            return _json(self.markers[body["Name"]])
        if request.method != "GET":
            self.changes.append(path)
            return web.Response(status=204)
        return self._look(path)

    def _look(self, path: str) -> web.StreamResponse:
        if path.startswith("/volumes/"):
            found = self.markers.get(path.removeprefix("/volumes/"))
            return _json(found) if found else _json({"message": "no such volume"}, 404)
        known = {
            "/version": {"ApiVersion": "1.41"},
            "/images/json": IMAGES,
            "/volumes": {"Volumes": list(self.markers.values())},
            "/containers/json": self.containers,
            **{f"/containers/{each['Id']}/json": each for each in self.containers},
        }
        return _json(known[path])


def _json(body: object, status: int = 200) -> web.StreamResponse:
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


def compose(number: int, **host: Any) -> dict[str, Any]:
    made = container(f"shop-checkout-{number}", labels={NUMBER: str(number)})
    return {**made, "HostConfig": host}


def stopping(seconds: int) -> dict[str, Any]:
    made = compose(1)
    return {**made, "Config": {**made["Config"], "StopTimeout": seconds}}


@asynccontextmanager
async def acting(engine: Engine, *, single: bool = False) -> AsyncIterator[tuple[DockerActuator, Target]]:
    async with answering(engine.handle) as port:
        options = {"container": "shop-checkout-1"} if single else {"project": "shop", "compose_service": "checkout"}
        actuator = DockerActuator()
        try:
            yield actuator, Target("docker", "checkout", {**options, "host": f"tcp://127.0.0.1:{port}"})
        finally:
            await actuator.close()


@pytest.mark.parametrize(
    ("first", "verb", "single", "words"),
    [
        (compose(1), "scale", True, "knows only restart, rollback"),
        (compose(1, PortBindings={"80/tcp": [{"HostPort": "8080"}]}), "scale", False, "host port 8080"),
        ({**compose(1), "Name": "/till"}, "scale", False, "fixed container_name"),
        (compose(1, AutoRemove=True), "rollback", False, "started with --rm"),
        (stopping(60), "rollback", False, "stopping shop-checkout-1 may take 60 s"),
    ],
)
async def test_what_would_surely_fail_is_told_by_the_plan(
    first: dict[str, Any], verb: str, single: bool, words: str
) -> None:
    async with acting(Engine([first]), single=single) as (actuator, target):
        scale, rollback = Action("scale", target, replicas=3), Action("rollback", target, revision="v1")
        with pytest.raises(ActuatorError, match=words):
            await actuator.plan(scale if verb == "scale" else rollback)


async def test_fixed_ports_do_not_stop_a_scale_down() -> None:
    ports = {"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}}
    async with acting(Engine([compose(1, **ports), compose(2)])) as (actuator, target):
        assert (await actuator.plan(Action("scale", target, replicas=1))).changes[0].after == "1"


async def test_containers_are_restarted_in_order_and_one_off_ones_are_left_alone() -> None:
    one_off = compose(9)
    one_off["Config"]["Labels"]["com.docker.compose.oneoff"] = "True"
    beside = {**compose(3), "Name": "/shop-checkout-3.steward-old"}
    engine = Engine([compose(2), one_off, beside, compose(1)])
    async with acting(engine) as (actuator, target):
        await actuator.run(await actuator.plan(Action("restart", target)), "a1")
    assert engine.changes == ["/containers/shop-checkout-1/restart", "/containers/shop-checkout-2/restart"]


async def test_what_was_begun_and_not_seen_to_end_is_never_begun_again() -> None:
    engine = Engine([compose(1)])
    async with acting(engine) as (actuator, target):
        plan = await actuator.plan(Action("restart", target))
        await actuator.run(plan, "a1")
        engine.changes.clear()
        assert await actuator.probe(target, "a1") == "unknown"
        with pytest.raises(ActuatorError, match="begun before") as caught:
            await actuator.run(plan, "a1")
    assert caught.value.effect == "unknown"
    assert not engine.changes


async def test_replaced_containers_are_drift() -> None:
    engine = Engine([compose(1)])
    async with acting(engine) as (actuator, target):
        plan = await actuator.plan(Action("restart", target))
        engine.containers = [{**compose(1), "Image": "sha256:v1"}]
        with pytest.raises(DriftedError):
            await actuator.run(plan, "a1")
        assert await actuator.probe(target, "a1") == "not_done"
    assert not engine.changes


async def test_a_shortened_time_to_stop_is_part_of_the_plan() -> None:
    async with acting(Engine([compose(number) for number in (1, 2, 3)])) as (actuator, target):
        *_, last = (await actuator.plan(Action("restart", target))).changes
        assert (last.what, last.after) == ("time to stop", "8 s each, then killed: all 3 must be done within 27 s")
        assert len((await actuator.plan(Action("scale", target, replicas=2))).changes) == 1


async def test_without_health_checks_all_may_be_away_at_once() -> None:
    async with acting(Engine([compose(number) for number in (1, 2, 3)])) as (actuator, target):
        assert (await actuator.state(target)).at_once == 3
