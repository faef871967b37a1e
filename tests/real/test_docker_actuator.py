"""The docker actuator on a real engine, beyond what every actuator must do."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import datetime
from typing import Any

import pytest

from actions.docker import DockerActuator
from actions.docker_api import MARKERS_KEPT, Engine
from actions.docker_aside import NEW, OLD
from actions.docker_read import Json, before
from actions.docker_swap import create_all, swap
from actions.model import Action, ActuatorError, State, Target, Verb
from tests.real.docker_engine import add_image, docker_engine
from tests.real.docker_service import Service, docker_service
from tests.real.need import until

pytestmark = pytest.mark.real

EVERY_SECOND = {"Test": ["CMD", "/bin/busybox", "true"], "Interval": 1_000_000_000}


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
    with pytest.raises(ActuatorError, match="the container before it was put back") as caught:
        await actuator.run(plan, "a1")
    assert caught.value.effect == "unknown"
    now = next(each for each in await service.inspect() if each["Name"] == old["Name"])
    assert (now["Id"], now["State"]["Running"]) == (old["Id"], True)
    assert await actuator.probe(service.one(1), "a1") == "unknown"


async def test_what_cannot_be_prepared_leaves_nothing_behind(service: Service, actuator: DockerActuator) -> None:
    plan = await actuator.plan(rollback(service.target))
    await service.docker.containers.create({"Image": "shop/checkout:v2"}, name=f"shop-checkout-2{NEW}")
    was = await service.effect()
    with pytest.raises(ActuatorError, match="already in use") as caught:
        await actuator.run(plan, "a1")
    assert caught.value.effect == "none"
    assert await service.effect() == was
    assert await actuator.probe(service.target, "a1") == "not_done"


@pytest.mark.parametrize("ending", [NEW, OLD])
async def test_what_is_in_the_way_is_refused_by_the_plan(
    service: Service, actuator: DockerActuator, ending: str
) -> None:
    await service.docker.containers.create({"Image": "shop/checkout:v2"}, name=f"shop-checkout-1{ending}")
    with pytest.raises(ActuatorError, match=rf"shop-checkout-1{ending} is in the way: .*docker rm"):
        await actuator.plan(rollback(service.one(1)))


async def test_a_container_left_aside_is_told_with_the_mend(service: Service, actuator: DockerActuator) -> None:
    await service.docker.containers.container("shop-checkout-1").rename(f"shop-checkout-1{OLD}")
    mend = f"docker rename shop-checkout-1{OLD} shop-checkout-1 && docker start shop-checkout-1"
    for look in (actuator.state(service.one(1)), actuator.plan(rollback(service.target))):
        with pytest.raises(ActuatorError, match=mend):
            await look


class Cutting(Engine):
    """An engine whose caller is cut off once, in the midst of its change number `point`."""

    point = 0
    delay = 0.0

    async def stop(self, container: Json, grace: int) -> None:
        await self._cut(super().stop(container, grace))

    async def rename(self, container: str, called: str) -> None:
        await self._cut(super().rename(container, called))

    async def start(self, container: str) -> None:
        await self._cut(super().start(container))

    async def _cut(self, call: Coroutine[Any, Any, None]) -> None:
        self.point -= 1
        if self.point == 0:
            here = asyncio.current_task()
            assert here
            asyncio.get_running_loop().call_later(self.delay, here.cancel)
        await call


async def cut_off(service: Service, engine: Engine, grace: int) -> tuple[Json, Json]:
    """Swaps the first container until the caller is cut off; gives the container before and after."""
    old = (await service.inspect())[0]
    (new,) = await create_all(engine, {f"shop-checkout-1{NEW}": {"Image": "shop/checkout:v1", "Labels": {}}})
    async with asyncio.TaskGroup() as group:
        run = group.create_task(swap(engine, old, new, grace, waits=True))
        await asyncio.wait({run})
    assert run.cancelled()
    return old, (await service.inspect())[0]


@pytest.mark.parametrize("point", [1, 2, 3, 4])
async def test_wherever_a_swap_is_cut_off_the_old_container_serves_on(host: str, service: Service, point: int) -> None:
    engine = Cutting(host)
    engine.point = point
    old, now = await cut_off(service, engine, 5)
    await engine.close()
    assert (now["Id"], now["Name"], now["State"]["Running"]) == (old["Id"], old["Name"], True)
    assert len(await service.inspect()) == 2


async def test_a_stop_that_was_cut_off_does_not_come_after_the_start(host: str, service: Service) -> None:
    await service.docker.containers.container("shop-checkout-1").delete(force=True)
    await service.start(1, "shop/checkout:v2", StopSignal="SIGTERM")  # which its process takes no notice of
    engine = Cutting(host)
    engine.point, engine.delay = 1, 0.5
    old, now = await cut_off(service, engine, 6)
    await engine.close()
    assert (now["Id"], now["State"]["Running"]) == (old["Id"], True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(6):
            await service.docker.containers.container(old["Id"]).wait()


@pytest.mark.parametrize("verb", ["restart", "rollback"])
async def test_each_is_well_before_the_next_is_touched(service: Service, actuator: DockerActuator, verb: Verb) -> None:
    for number in (1, 2):
        await service.docker.containers.container(f"shop-checkout-{number}").delete(force=True)
        await service.start(number, "shop/checkout:v2", Healthcheck=EVERY_SECOND)

    async def both_well() -> bool:
        return (await actuator.state(service.target)).settled

    await until(both_well, "both containers are healthy")
    assert (await actuator.state(service.target)).at_once == 1
    action = Action(verb, service.target, revision="v1" if verb == "rollback" else None)
    await actuator.run(await actuator.plan(action), "a1")
    first, second = await service.inspect()
    well = next(entry["End"] for entry in first["State"]["Health"]["Log"] if entry["ExitCode"] == 0)
    assert datetime.fromisoformat(well) <= datetime.fromisoformat(second["State"]["StartedAt"])
    assert await actuator.probe(service.target, "a1") == "done"


async def test_what_was_begun_by_a_process_that_died_is_unknown_and_not_begun_again(
    host: str, service: Service, actuator: DockerActuator
) -> None:
    plan = await actuator.plan(Action("restart", service.target))
    engine = Engine(host)
    containers = await engine.containers(service.target)
    await engine.mark("a1", {"verb": "restart", "replicas": None, "revision": None, "before": before(containers)})
    await engine.restart(containers[0], 1)
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
