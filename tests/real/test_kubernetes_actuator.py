"""The kubernetes actuator on a real cluster with the rights of deploy/kubernetes/role.yaml, beyond the contract."""

import asyncio
from pathlib import Path

import pytest
import yaml

from actions.kubernetes import KubernetesActuator
from actions.model import Action, ActuatorError, DriftedError, Target
from tests.real.kubernetes_between import between
from tests.real.kubernetes_cluster import ROLE, Cluster, call
from tests.real.need import until

pytestmark = pytest.mark.real

CHECKOUT = "deployment/checkout"


async def settle(actuator: KubernetesActuator, target: Target) -> None:
    async def settled() -> bool:
        state = await actuator.state(target)
        return state.settled and bool(state.revision)

    await until(settled, f"{target.options['workload']} is settled")


async def rolled_out_twice(cluster: Cluster, actuator: KubernetesActuator, workload: str, image: str = "v2") -> Target:
    """A workload whose first revision was v1; it waits for the first only."""
    target = cluster.target(workload)
    await cluster.deploy(workload, "shop/checkout:v1")
    await settle(actuator, target)
    await cluster.set_image(workload, f"shop/checkout:{image}")
    return target


def test_the_role_grants_no_more_than_it_says() -> None:
    role, binding = yaml.safe_load_all(ROLE.read_text())
    verbs = {resource: set(rule["verbs"]) for rule in role["rules"] for resource in rule["resources"]}
    writable = {resource for resource, allowed in verbs.items() if allowed - {"get", "list"}}
    assert writable == {"deployments", "statefulsets", "daemonsets", "pods/eviction"}
    assert verbs["pods/eviction"] == {"create"}
    assert set().union(*(verbs[resource] for resource in set(verbs) - {"pods/eviction"})) == {"get", "list", "patch"}
    assert set(verbs) - writable == {"replicasets", "controllerrevisions", "pods"}
    assert (binding["roleRef"]["kind"], role["kind"]) == ("Role", "Role")


async def test_without_the_role_it_says_what_is_missing(cluster: Cluster, actuator: KubernetesActuator) -> None:
    await cluster.deploy(CHECKOUT, "shop/checkout:v1")
    await actuator.check(cluster.target(CHECKOUT))
    stranger = cluster.target(CHECKOUT, await cluster.account("stranger"))
    with pytest.raises(ActuatorError, match=r"may not get deployments .* add it to Steward's Role") as caught:
        await actuator.check(stranger)
    assert "\n" not in str(caught.value)
    with pytest.raises(ActuatorError, match="may not get deployments"):
        await actuator.probe(stranger, "a1")


async def test_who_may_only_look_learns_it_from_the_dry_run(cluster: Cluster, actuator: KubernetesActuator) -> None:
    await cluster.deploy(CHECKOUT, "shop/checkout:v1")
    reader = cluster.target(CHECKOUT, await cluster.account("reader"))
    rules = [{"apiGroups": ["apps", ""], "resources": ["*"], "verbs": ["get", "list"]}]
    about = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "reader"}}
    subject = {"kind": "ServiceAccount", "name": "reader", "namespace": cluster.namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}
    root = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{cluster.namespace}"
    await call(cluster.http, "POST", f"{root}/roles", {**about, "kind": "Role", "rules": rules})
    binding = {**about, "kind": "RoleBinding", "subjects": [subject], "roleRef": reference}
    await call(cluster.http, "POST", f"{root}/rolebindings", binding)
    assert (await actuator.state(reader)).replicas == 2
    for refused in (actuator.check(reader), actuator.plan(Action("restart", reader))):
        with pytest.raises(ActuatorError, match="may not patch deployments"):
            await refused


async def test_a_wrong_token_is_told(cluster: Cluster, actuator: KubernetesActuator, tmp_path: Path) -> None:
    config = yaml.safe_load(cluster.steward.read_text())
    config["users"][0]["user"]["token"] = "expired"
    path = tmp_path / "expired.kubeconfig"
    path.write_text(yaml.safe_dump(config))
    with pytest.raises(ActuatorError, match="does not know Steward's credentials"):
        await actuator.state(cluster.target(CHECKOUT, path))


async def test_a_workload_that_is_not_there_is_told(cluster: Cluster, actuator: KubernetesActuator) -> None:
    with pytest.raises(ActuatorError, match="no deployment/checkout in namespace steward-test-"):
        await actuator.plan(Action("restart", cluster.target(CHECKOUT)))


async def test_an_image_that_cannot_be_pulled_is_told_and_rolled_back(
    cluster: Cluster, actuator: KubernetesActuator
) -> None:
    target = await rolled_out_twice(cluster, actuator, CHECKOUT, "bad")

    async def told() -> bool:
        return any("ImagePullBackOff" in problem for problem in (await actuator.state(target)).problems)

    await until(told, "the pod says that its image cannot be pulled")
    state = await actuator.state(target)
    assert not state.settled
    assert [revision.detail for revision in state.revisions] == ["shop/checkout:v1", "shop/checkout:bad"]
    good = state.revisions[0].name
    await actuator.run(await actuator.plan(Action("rollback", target, revision=good)), "a1")
    await settle(actuator, target)
    assert (await actuator.state(target)).revision == good


@pytest.mark.parametrize("workload", ["statefulset/db", "daemonset/agent"])
async def test_other_kinds_restart_and_roll_back(cluster: Cluster, actuator: KubernetesActuator, workload: str) -> None:
    target = await rolled_out_twice(cluster, actuator, workload)
    await settle(actuator, target)
    state = await actuator.state(target)
    first, second = state.revisions
    assert (first.detail, second.detail, state.revision) == ("shop/checkout:v1", "shop/checkout:v2", second.name)

    await actuator.run(await actuator.plan(Action("restart", target)), "a1")
    await settle(actuator, target)
    plan = await actuator.plan(Action("rollback", target, revision=first.name))
    await actuator.run(plan, "a2")
    await settle(actuator, target)
    assert (await actuator.state(target)).revision == first.name
    assert [await actuator.probe(target, name) for name in ("a1", "a2", "a3")] == ["done", "done", "not_done"]
    found = await cluster.look(workload)
    assert found["spec"]["template"]["spec"]["containers"][0]["image"] == "shop/checkout:v1"


async def test_a_stateful_set_is_scaled_and_a_daemon_set_is_not(cluster: Cluster, actuator: KubernetesActuator) -> None:
    await cluster.deploy("statefulset/db", "shop/db:v1")
    await cluster.deploy("daemonset/agent", "shop/agent:v1")
    target = cluster.target("statefulset/db")
    await settle(actuator, target)
    await actuator.run(await actuator.plan(Action("scale", target, replicas=3)), "a1")
    await settle(actuator, target)
    assert (await actuator.state(target)).ready == 3
    with pytest.raises(ActuatorError, match="knows only restart, rollback"):
        await actuator.plan(Action("scale", cluster.target("daemonset/agent"), replicas=3))


async def test_an_autoscaler_does_not_stop_a_rollback_but_a_scale(
    cluster: Cluster, actuator: KubernetesActuator
) -> None:
    target = await rolled_out_twice(cluster, actuator, CHECKOUT)
    await settle(actuator, target)
    first = (await actuator.state(target)).revisions[0].name
    scale = await actuator.plan(Action("scale", target, replicas=4))
    rollback = await actuator.plan(Action("rollback", target, revision=first))
    await cluster.patch(CHECKOUT, {"spec": {"replicas": 5}})
    with pytest.raises(DriftedError, match="5 replicas, the plan was made at 2"):
        await actuator.run(scale, "a1")
    await actuator.run(rollback, "a2")
    found = await cluster.look(CHECKOUT)
    assert found["spec"]["replicas"] == 5
    assert found["spec"]["template"]["spec"]["containers"][0]["image"] == "shop/checkout:v1"


async def test_the_same_action_from_many_at_once_has_one_effect(cluster: Cluster, actuator: KubernetesActuator) -> None:
    target = cluster.target(CHECKOUT)
    await cluster.deploy(CHECKOUT, "shop/checkout:v1")
    await settle(actuator, target)
    plan = await actuator.plan(Action("restart", target))
    generation = (await cluster.look(CHECKOUT))["metadata"]["generation"]
    await asyncio.gather(*(actuator.run(plan, "a1") for _ in range(8)))
    assert (await cluster.look(CHECKOUT))["metadata"]["generation"] == generation + 1


async def test_a_conflict_with_what_is_no_drift_is_looked_at_again(
    cluster: Cluster, actuator: KubernetesActuator
) -> None:
    """The server refuses the first patch, by its resourceVersion."""
    await cluster.deploy(CHECKOUT, "shop/checkout:v1")
    await settle(actuator, cluster.target(CHECKOUT))
    async with between(cluster) as (proxy, through):
        plan = await actuator.plan(Action("scale", cluster.target(CHECKOUT, through), replicas=3))
        proxy.meddle = lambda: cluster.patch(CHECKOUT, {"metadata": {"labels": {"touched": "yes"}}})
        await actuator.run(plan, "a1")
        assert (proxy.tried, proxy.landed) == (2, 1)
    assert (await cluster.look(CHECKOUT))["spec"]["replicas"] == 3


async def test_a_conflict_with_a_deployment_voids_the_plan(cluster: Cluster, actuator: KubernetesActuator) -> None:
    await cluster.deploy(CHECKOUT, "shop/checkout:v1")
    await settle(actuator, cluster.target(CHECKOUT))
    async with between(cluster) as (proxy, through):
        plan = await actuator.plan(Action("restart", cluster.target(CHECKOUT, through)))
        proxy.meddle = lambda: cluster.set_image(CHECKOUT, "shop/checkout:v2")
        with pytest.raises(DriftedError, match="make a new plan") as caught:
            await actuator.run(plan, "a1")
        assert caught.value.effect == "none"
        assert (proxy.tried, proxy.landed) == (1, 0)
    assert await actuator.probe(cluster.target(CHECKOUT), "a1") == "not_done"


async def test_an_action_stays_known_after_somebody_put_old_annotations_back(
    cluster: Cluster, actuator: KubernetesActuator
) -> None:
    target = cluster.target(CHECKOUT)
    await cluster.deploy(CHECKOUT, "shop/checkout:v1")
    await settle(actuator, target)
    await actuator.run(await actuator.plan(Action("restart", target)), "a1")
    await settle(actuator, target)
    await cluster.patch(CHECKOUT, {"metadata": {"annotations": {"steward/last-action": None}}})
    assert await actuator.probe(target, "a1") == "done"
