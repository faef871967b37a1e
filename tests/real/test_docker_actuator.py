"""The docker actuator on a real engine, beyond what every actuator must do."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from actions.docker import DockerActuator
from actions.docker_api import MARKERS_KEPT, NEW, Engine
from actions.docker_read import before
from actions.model import Action, ActuatorError, State, Target
from tests.real.docker_engine import add_image, docker_engine
from tests.real.docker_service import Service, docker_service
from tests.real.need import until

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with docker_engine() as address:
        yield address


@pytest.fixture
async def service(host: str) -> AsyncIterator[Service]:
    async with docker_service(host, "checkout") as found:
        yield found


@pytest.fixture
async def actuator() -> AsyncIterator[DockerActuator]:
    made = DockerActuator()
    yield made
    await made.close()


def rollback(target: Target, revision: str = "v1") -> Action:
    return Action("rollback", target, revision=revision)


async def test_one_container_is_restarted_by_its_name(service: Service, actuator: DockerActuator) -> None:
    was = await service.effect()
    await actuator.run(await actuator.plan(Action("restart", service.one(2))), "a1")
    now = await service.effect()
    assert now[0] == was[0]
    assert (now[1][1], now[1][2] != was[1][2]) == (was[1][1], True)
    assert await actuator.probe(service.one(2), "a1") == "done"


async def test_a_rollback_keeps_what_was_the_containers_own(service: Service, actuator: DockerActuator) -> None:
    own: dict[str, Any] = {
        "Env": ["MODE=careful"],
        "Volumes": {"/cache": {}},
        "HostConfig": {"NetworkMode": "host", "Binds": ["data:/data"], "RestartPolicy": {"Name": "always"}},
    }
    await service.start(3, "shop/checkout:v2", **own)
    old = (await service.inspect())[2]
    await actuator.run(await actuator.plan(rollback(service.one(3))), "a1")
    assert len(await service.inspect()) == 3
    new = (await service.inspect())[2]
    assert (new["Name"], new["State"]["Running"]) == (old["Name"], True)
    assert new["Config"]["Image"] == "shop/checkout:v1"
    assert sorted(new["Config"]["Env"]) == ["MODE=careful", "VERSION=v1"]
    assert new["HostConfig"]["RestartPolicy"]["Name"] == "always"
    volumes = [{mount["Destination"]: mount["Name"] for mount in each["Mounts"]} for each in (old, new)]
    assert volumes[0] == volumes[1]
    assert set(volumes[1]) == {"/cache", "/data"}


async def test_networks_and_aliases_are_kept(service: Service, actuator: DockerActuator) -> None:
    for network in ("shop-back", "shop-front"):
        await service.docker.networks.create({"Name": network, "Driver": "bridge"})
    back = {"EndpointsConfig": {"shop-back": {"Aliases": ["checkout"]}}}
    await service.start(3, "shop/checkout:v2", HostConfig={"NetworkMode": "shop-back"}, NetworkingConfig=back)
    front = await service.docker.networks.get("shop-front")
    await front.connect({"Container": "shop-checkout-3"})
    await actuator.run(await actuator.plan(rollback(service.one(3))), "a1")
    networks = (await service.inspect())[2]["NetworkSettings"]["Networks"]
    assert set(networks) == {"shop-back", "shop-front"}
    assert "checkout" in networks["shop-back"]["Aliases"]
    await service.docker.containers.container("shop-checkout-3").delete(force=True)
    for network in ("shop-back", "shop-front"):
        await (await service.docker.networks.get(network)).delete()


async def test_when_the_new_version_does_not_start_the_old_one_comes_back(
    host: str, service: Service, actuator: DockerActuator
) -> None:
    add_image(host, "shop/checkout", "broken", command=("/bin/nothing",))
    old = (await service.inspect())[0]
    plan = await actuator.plan(rollback(service.one(1), "broken"))
    with pytest.raises(ActuatorError, match="the container before it was started again") as caught:
        await actuator.run(plan, "a1")
    assert caught.value.effect == "unknown"
    now = next(each for each in await service.inspect() if each["Name"] == old["Name"])
    assert (now["Id"], now["State"]["Running"]) == (old["Id"], True)
    assert await actuator.probe(service.one(1), "a1") == "unknown"


async def test_what_cannot_be_prepared_leaves_nothing_behind(service: Service, actuator: DockerActuator) -> None:
    await service.docker.containers.create({"Image": "shop/checkout:v2"}, name=f"shop-checkout-2{NEW}")
    was = await service.effect()
    with pytest.raises(ActuatorError, match="already in use") as caught:
        await actuator.run(await actuator.plan(rollback(service.target)), "a1")
    assert caught.value.effect == "none"
    assert await service.effect() == was
    assert await actuator.probe(service.target, "a1") == "not_done"


async def test_what_was_begun_by_a_process_that_died_is_unknown_and_not_begun_again(
    host: str, service: Service, actuator: DockerActuator
) -> None:
    plan = await actuator.plan(Action("restart", service.target))
    engine = Engine(host)
    containers = await engine.containers(service.target)
    await engine.mark("a1", {"verb": "restart", "replicas": None, "revision": None, "before": before(containers)})
    await engine.restart(containers[0])
    await engine.close()
    was = await service.effect()
    assert await actuator.probe(service.target, "a1") == "unknown"
    with pytest.raises(ActuatorError, match="begun before"):
        await actuator.run(plan, "a1")
    assert await service.effect() == was


async def test_only_the_last_markers_are_kept(host: str, service: Service) -> None:
    engine = Engine(host)
    for number in range(MARKERS_KEPT + 3):
        await engine.mark(f"a{number}", {"number": number})
    volumes: Any = service.docker.volumes
    assert len((await volumes.list())["Volumes"]) == MARKERS_KEPT
    assert await engine.marker(f"a{MARKERS_KEPT + 2}") == {"number": MARKERS_KEPT + 2}
    await engine.close()


async def test_a_crash_loop_is_told_and_can_be_rolled_back(
    host: str, service: Service, actuator: DockerActuator
) -> None:
    add_image(host, "shop/checkout", "v3", command=("/bin/busybox", "sh", "-c", "exit 3"))
    policy = {"NetworkMode": "host", "RestartPolicy": {"Name": "always"}}
    await service.start(3, "shop/checkout:v3", HostConfig=policy)
    target = service.one(3)
    seen: list[State] = []

    async def crashed() -> bool:
        seen.append(await actuator.state(target))
        return seen[-1].restarts > 1 and bool(seen[-1].problems)

    await until(crashed, "the container was restarted twice")
    assert seen[-1].problems == ("shop-checkout-3: restarting again and again, last exit code 3",)
    assert (seen[-1].ready, seen[-1].revision) == (0, "v3")
    await actuator.run(await actuator.plan(rollback(target, "v2")), "a1")
    state = await actuator.state(target)
    assert (state.settled, state.revision) == (True, "v2")


async def test_scaling_down_removes_the_highest_numbers(service: Service, actuator: DockerActuator) -> None:
    was = await service.effect()
    await actuator.run(await actuator.plan(Action("scale", service.target, replicas=1)), "a1")
    assert await service.effect() == was[:1]
