"""The actuator against moto's server. It starts no tasks, so what counts them is tried on the stand-in alone."""

from collections.abc import AsyncIterator, Iterator

import pytest
from aiobotocore.session import get_session
from moto.server import ThreadedMotoServer

from actions.ecs import EcsActuator
from actions.model import Action, DriftedError, Target
from tests.standins.ecs import CREDENTIALS

pytestmark = pytest.mark.real


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
async def target(address: str) -> Target:
    async with get_session().create_client("ecs", region_name="eu-west-1", endpoint_url=address) as client:
        await client.create_cluster(clusterName="shop")
        for tag in ("v1", "v2"):
            app = {"name": "app", "image": f"shop/checkout:{tag}", "memory": 128}
            await client.register_task_definition(family="checkout", containerDefinitions=[app])
        await client.create_service(cluster="shop", serviceName="checkout", taskDefinition="checkout:2", desiredCount=2)
    where = {"region": "eu-west-1", "endpoint_url": address}
    return Target("ecs", "checkout", {"cluster": "shop", "service": "checkout", **where})


@pytest.fixture
async def actuator() -> AsyncIterator[EcsActuator]:
    made = EcsActuator()
    yield made
    await made.close()


async def test_it_scales_restarts_and_rolls_back(target: Target, actuator: EcsActuator) -> None:
    await actuator.check(target)
    state = await actuator.state(target)
    assert (state.replicas, state.revision) == (2, "checkout:2")
    assert [revision.detail for revision in state.revisions] == ["shop/checkout:v1", "shop/checkout:v2"]
    restart = await actuator.plan(Action("restart", target))

    await actuator.run(await actuator.plan(Action("scale", target, replicas=3)), "a-1")
    assert await actuator.probe(target, "a-1") == "done"
    await actuator.run(restart, "a-2")
    await actuator.run(restart, "a-2")
    assert await actuator.probe(target, "a-2") == "done"
    with pytest.raises(DriftedError):
        await actuator.run(restart, "a-3")
    await actuator.run(await actuator.plan(Action("rollback", target, revision="checkout:1")), "a-4")
    assert await actuator.probe(target, "a-4") == "done"
    state = await actuator.state(target)
    assert (state.replicas, state.revision) == (3, "checkout:1")
    assert await actuator.probe(target, "a-3") == "not_done"
