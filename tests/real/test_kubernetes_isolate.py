"""Evicting a pod and cordoning a node on a real cluster, with no more rights than those of deploy/kubernetes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import pytest
from lightkube import KubeConfig
from lightkube.config import client_adapter

from actions.kubernetes import KubernetesActuator
from actions.kubernetes_read import LAST_ACTION
from actions.model import Action, ActuatorError, DriftedError, Target
from tests.real.kubernetes_between import between
from tests.real.kubernetes_cluster import Cluster, call
from tests.real.need import until

pytestmark = pytest.mark.real

CHECKOUT = "deployment/checkout"


async def settle(actuator: KubernetesActuator, target: Target) -> None:
    async def settled() -> bool:
        state = await actuator.state(target)
        return state.settled and len(state.instances) == state.replicas and all(one.node for one in state.instances)

    await until(settled, f"{target.options['workload']} is settled")


async def running(
    cluster: Cluster, actuator: KubernetesActuator, workload: str = CHECKOUT, cordon: str = "false"
) -> Target:
    target = cluster.target(workload, cordon=cordon)
    await cluster.deploy(workload, "shop/checkout:v1")
    await settle(actuator, target)
    return target


async def first_of(actuator: KubernetesActuator, target: Target) -> Action:
    return Action("evict", target, instance=(await actuator.state(target)).instances[0].name)


@pytest.mark.parametrize("workload", [CHECKOUT, "statefulset/db"])
async def test_an_eviction_moves_exactly_one_pod_once(
    cluster: Cluster, actuator: KubernetesActuator, workload: str
) -> None:
    target = await running(cluster, actuator, workload)
    before = await cluster.pods()
    plan = await actuator.plan(await first_of(actuator, target))
    assert await cluster.pods() == before
    (gone,) = (uid for uid, pod in before.items() if pod["metadata"]["name"] == plan.action.instance)

    await actuator.run(plan, "a1")
    await settle(actuator, target)
    after = await cluster.pods()
    assert before.keys() - after.keys() == {gone}
    assert len(after) == len(before)
    assert [await actuator.probe(target, name) for name in ("a1", "a2")] == ["done", "not_done"]

    await actuator.run(plan, "a1")
    with pytest.raises(DriftedError, match="make a new plan"):
        await actuator.run(plan, "a2")
    assert (await cluster.pods()).keys() == after.keys()


async def test_the_same_eviction_from_many_at_once_moves_one_pod(
    cluster: Cluster, actuator: KubernetesActuator
) -> None:
    target = await running(cluster, actuator)
    before = await cluster.pods()
    plan = await actuator.plan(await first_of(actuator, target))
    ends = await asyncio.gather(*(actuator.run(plan, "a1") for _ in range(8)), return_exceptions=True)
    assert None in ends
    assert {end.effect for end in ends if isinstance(end, ActuatorError)} <= {"unknown"}
    await settle(actuator, target)
    assert len(before.keys() - (await cluster.pods()).keys()) == 1
    assert await actuator.probe(target, "a1") == "done"


@pytest.mark.parametrize(
    ("last", "lost", "moved", "answer"),
    [
        (0, False, 0, "not_done"),
        (1, True, 0, "not_done"),
        (1, False, 0, "not_done"),
        (2, True, 1, "unknown"),
        (2, False, 1, "unknown"),
        (3, True, 1, "done"),
    ],
)
async def test_an_eviction_that_is_cut_off_is_told_truly(
    cluster: Cluster, actuator: KubernetesActuator, last: int, lost: bool, moved: int, answer: str
) -> None:
    target = await running(cluster, actuator)
    before = await cluster.pods()
    async with between(cluster) as (proxy, path):
        plan = await actuator.plan(await first_of(actuator, cluster.target(CHECKOUT, path)))
        proxy.last, proxy.lost = last, lost
        with suppress(ActuatorError):
            await actuator.run(plan, "a1")
        assert proxy.landed == last
    assert await actuator.probe(target, "a1") == answer
    await settle(actuator, target)
    assert len(before.keys() - (await cluster.pods()).keys()) == moved
    assert await actuator.probe(target, "a1") == answer


async def disrupt(cluster: Cluster) -> None:
    """A disruption budget that allows nothing, and the status that its controller, where one runs, gives it too."""
    version = (await call(cluster.http, "GET", "/apis/policy"))["preferredVersion"]["groupVersion"]
    path = f"/apis/{version}/namespaces/{cluster.namespace}/poddisruptionbudgets"
    spec = {"minAvailable": 2, "selector": {"matchLabels": {"app": "checkout"}}}
    budget = {"apiVersion": version, "kind": "PodDisruptionBudget", "metadata": {"name": "all"}, "spec": spec}
    made = await call(cluster.http, "POST", path, budget)
    made["status"] = {"observedGeneration": made["metadata"].get("generation", 1), "disruptionsAllowed": 0}
    made["status"] |= {"currentHealthy": 2, "desiredHealthy": 2, "expectedPods": 2}
    await call(cluster.http, "PUT", f"{path}/all/status", made)


async def test_a_disruption_budget_refuses(cluster: Cluster, actuator: KubernetesActuator) -> None:
    target = await running(cluster, actuator)
    action = await first_of(actuator, target)
    plan = await actuator.plan(action)
    before = await cluster.pods()
    await disrupt(cluster)
    for refused in (actuator.plan(action), actuator.run(plan, "a1")):
        with pytest.raises(ActuatorError, match=r"cannot evict .* now: .*needs 2 healthy pods and has 2") as caught:
            await refused
        assert caught.value.effect == "none"
    assert (await cluster.pods()).keys() == before.keys()
    assert await actuator.probe(target, "a1") == "not_done"


async def test_a_pod_that_would_not_come_back_is_not_evicted(cluster: Cluster, actuator: KubernetesActuator) -> None:
    target = await running(cluster, actuator)
    spec = {"containers": [{"name": "app", "image": "shop/checkout:v1"}]}
    metadata = {"name": "bare", "labels": {"app": "checkout"}}
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    await call(cluster.http, "POST", f"/api/v1/namespaces/{cluster.namespace}/pods", bare)
    with pytest.raises(ActuatorError, match="does not own that pod"):
        await actuator.plan(Action("evict", target, instance="bare"))
    await cluster.deploy("daemonset/agent", "shop/agent:v1")
    with pytest.raises(ActuatorError, match="comes back on the same node"):
        await actuator.plan(Action("evict", cluster.target("daemonset/agent"), instance="agent-x"))


@asynccontextmanager
async def node_of(cluster: Cluster, actuator: KubernetesActuator, target: Target) -> AsyncIterator[str]:
    """The node that the target's pods run on; afterwards it is as if nothing had been done to it."""
    name = (await actuator.state(target)).instances[0].node
    path = f"/api/v1/nodes/{name}"
    try:
        yield path
    finally:
        untouched = {"metadata": {"annotations": {LAST_ACTION: None}}, "spec": {"unschedulable": None}}
        await call(cluster.http, "PATCH", path, untouched)


async def cordoned(cluster: Cluster, path: str) -> Any:
    return (await call(cluster.http, "GET", path))["spec"].get("unschedulable", False)


async def test_a_node_is_cordoned_and_uncordoned(cluster: Cluster, actuator: KubernetesActuator) -> None:
    target = await running(cluster, actuator, cordon="true")
    async with cluster.may_cordon(), node_of(cluster, actuator, target) as path:
        await actuator.check(target)
        before = await cluster.pods()
        action = Action("cordon", target, instance=path.rpartition("/")[2])
        plan = await actuator.plan(action)
        assert plan.digest == (await actuator.plan(action)).digest
        assert not await cordoned(cluster, path)

        await actuator.run(plan, "a1")
        assert await cordoned(cluster, path)
        assert [await actuator.probe(target, name) for name in ("a1", "a2")] == ["done", "not_done"]
        with pytest.raises(DriftedError, match="make a new plan"):
            await actuator.run(plan, "a2")
        with pytest.raises(ActuatorError, match="it is cordoned already"):
            await actuator.plan(action)

        assert plan.inverse
        await actuator.run(await actuator.plan(plan.inverse), "a3")
        assert not await cordoned(cluster, path)
        await actuator.run(plan, "a1")
        assert not await cordoned(cluster, path)
        assert (await cluster.pods()).keys() == before.keys()


async def test_somebody_else_who_cordons_first_voids_the_plan(cluster: Cluster, actuator: KubernetesActuator) -> None:
    target = await running(cluster, actuator, cordon="true")
    async with cluster.may_cordon(), node_of(cluster, actuator, target) as path, between(cluster) as (proxy, through):
        action = Action("cordon", cluster.target(CHECKOUT, through, cordon="true"), instance=path.rpartition("/")[2])
        plan = await actuator.plan(action)

        async def meddle() -> None:
            await call(cluster.http, "PATCH", path, {"spec": {"unschedulable": True}})

        proxy.meddle = meddle
        with pytest.raises(DriftedError, match="was cordoned, uncordoned or replaced"):
            await actuator.run(plan, "a1")
        assert await actuator.probe(target, "a1") == "not_done"


async def test_the_role_allows_what_it_promises_and_nothing_else(
    cluster: Cluster, actuator: KubernetesActuator
) -> None:
    target = await running(cluster, actuator)
    await actuator.check(target)
    await actuator.run(await actuator.plan(Action("restart", target)), "a1")
    await settle(actuator, target)
    await actuator.run(await actuator.plan(Action("scale", target, replicas=3)), "a2")
    await settle(actuator, target)
    await cluster.set_image(CHECKOUT, "shop/checkout:v2")
    await settle(actuator, target)
    first = (await actuator.state(target)).revisions[0].name
    await actuator.run(await actuator.plan(Action("rollback", target, revision=first)), "a3")
    await settle(actuator, target)
    await actuator.run(await actuator.plan(await first_of(actuator, target)), "a4")
    await settle(actuator, target)

    node = (await actuator.state(target)).instances[0].node
    with pytest.raises(ActuatorError, match=r"set services\.checkout\.target\.cordon to true"):
        await actuator.plan(Action("cordon", target, instance=node))
    eager = cluster.target(CHECKOUT, cordon="true")
    for refused in (actuator.check(eager), actuator.plan(Action("cordon", eager, instance=node))):
        with pytest.raises(ActuatorError, match=r"may not get nodes .*apply deploy/kubernetes/cordon\.yaml"):
            await refused

    name = (await actuator.state(target)).instances[0].name
    here = f"/api/v1/namespaces/{cluster.namespace}"
    async with as_steward(cluster) as http:
        for method, path in (
            ("GET", f"{here}/secrets"),
            ("POST", f"{here}/pods/{name}/exec?command=id"),
            ("DELETE", f"{here}/pods/{name}"),
            ("DELETE", f"/apis/apps/v1/namespaces/{cluster.namespace}/deployments/checkout"),
            ("PATCH", f"/api/v1/nodes/{node}"),
        ):
            answer = await http.request(method, path, content="{}", headers={"Content-Type": "application/json"})
            assert answer.status_code == 403, (method, path, answer.text)
            assert "forbidden" in answer.json()["message"]


@asynccontextmanager
async def as_steward(cluster: Cluster) -> AsyncIterator[httpx2.AsyncClient]:
    config = KubeConfig.from_file(cluster.steward).get()
    assert config
    async with client_adapter.AsyncClient(config, client_adapter.ConnectionParams()) as http:
        yield http
