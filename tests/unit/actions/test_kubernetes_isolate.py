from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from actions.kubernetes_read import INTENDED, LAST_ACTION
from actions.model import Action, ActuatorError, DriftedError, Instance, Plan, Target
from tests.unit.actions.kubernetes_server import Cluster, Killed, acting, pod

ALLOWED = {"cordon": "true"}


def evict(target: Target, name: str = "checkout-a") -> Action:
    return Action("evict", target, instance=name)


def cordon(target: Target, name: str = "n1") -> Action:
    return Action("cordon", target, instance=name)


async def planned(cluster: Cluster, folder: Path, make: Callable[[Target], Action]) -> Plan:
    async with acting(cluster, folder, **ALLOWED) as (actuator, target):
        return await actuator.plan(make(target))


async def test_the_state_has_the_pods_that_stay(tmp_path: Path) -> None:
    cluster = Cluster(pods=[pod("b", "n2"), pod("a", "n1"), pod("stray", "n1", owner="other"), pod("ended", "n1")])
    cluster.pods[0]["status"]["conditions"] = []
    cluster.pods[3]["status"]["phase"] = "Failed"
    async with acting(cluster, tmp_path) as (actuator, target):
        state = await actuator.state(target)
    assert state.instances == (Instance("a", "n1", ready=True), Instance("b", "n2", ready=False))


async def test_an_eviction_is_announced_done_and_marked_in_this_order(tmp_path: Path) -> None:
    cluster = Cluster()
    async with acting(cluster, tmp_path) as (actuator, target):
        plan = await actuator.plan(evict(target))
        assert not cluster.evicted
        assert not cluster.patches
        assert await actuator.probe(target, "a1") == "not_done"
        await actuator.run(plan, "a1")
        assert await actuator.probe(target, "a1") == "done"
        assert await actuator.probe(target, "a2") == "not_done"
        await actuator.run(plan, "a1")
        with pytest.raises(DriftedError, match="make a new plan"):
            await actuator.run(plan, "a2")
    assert cluster.evicted == ["uid-checkout-a"]
    assert [body["metadata"]["annotations"] for body in cluster.patches] == [
        {INTENDED: "pod/uid-checkout-a=a1"},
        {LAST_ACTION: "a1"},
    ]


@pytest.mark.parametrize(
    ("left", "after", "gone", "answer"),
    [
        (0, False, 0, "not_done"),
        (0, True, 0, "not_done"),
        (1, False, 0, "not_done"),
        (1, True, 1, "unknown"),
        (2, False, 1, "unknown"),
        (2, True, 1, "done"),
    ],
)
async def test_an_eviction_that_was_cut_off_is_told_truly_and_never_done_twice(
    tmp_path: Path, left: int, after: bool, gone: int, answer: str
) -> None:
    cluster = Cluster()
    plan = await planned(cluster, tmp_path, evict)
    async with acting(Killed(cluster, left, after), tmp_path) as (actuator, _):
        with suppress(ActuatorError):
            await actuator.run(plan, "a1")
    assert len(cluster.evicted) == gone
    async with acting(cluster, tmp_path) as (actuator, target):
        assert await actuator.probe(target, "a1") == answer
        if answer == "unknown":
            with pytest.raises(ActuatorError, match="does not tell whether this eviction did it") as caught:
                await actuator.run(plan, "a1")
            assert caught.value.effect == "unknown"
        else:
            await actuator.run(plan, "a1")
            assert await actuator.probe(target, "a1") == "done"
    assert cluster.evicted == ["uid-checkout-a"]


async def test_a_pod_that_went_by_itself_is_not_taken_for_evicted(tmp_path: Path) -> None:
    cluster = Cluster()
    plan = await planned(cluster, tmp_path, evict)
    async with acting(Killed(cluster, 1, after=False), tmp_path) as (actuator, _):
        with pytest.raises(ActuatorError):
            await actuator.run(plan, "a1")
    cluster.pods = [pod("checkout-b", "n2"), pod("checkout-c", "n2")]
    async with acting(cluster, tmp_path) as (actuator, target):
        assert await actuator.probe(target, "a1") == "unknown"


async def test_an_eviction_that_cannot_be_marked_is_done_nevertheless(tmp_path: Path) -> None:
    cluster = Cluster()
    plan = await planned(cluster, tmp_path, evict)
    async with acting(Killed(cluster, 2, after=False), tmp_path) as (actuator, _):
        await actuator.run(plan, "a1")
    assert cluster.evicted == ["uid-checkout-a"]


def another_of_that_name(cluster: Cluster) -> None:
    cluster.pods[0]["metadata"]["uid"] = "another"


def going(cluster: Cluster) -> None:
    cluster.pods[0]["metadata"]["deletionTimestamp"] = "2026-11-20T10:00:30Z"


def deployed(cluster: Cluster) -> None:
    cluster.object["spec"]["template"]["spec"]["containers"][0]["image"] = "shop:v3"


@pytest.mark.parametrize("meanwhile", [another_of_that_name, going, deployed])
async def test_what_is_drift_for_an_eviction(tmp_path: Path, meanwhile: Callable[[Cluster], None]) -> None:
    cluster = Cluster()
    async with acting(cluster, tmp_path) as (actuator, target):
        plan = await actuator.plan(evict(target))
        assert (await actuator.plan(evict(target))).digest == plan.digest
        meanwhile(cluster)
        with pytest.raises(DriftedError, match="make a new plan"):
            await actuator.run(plan, "a1")
        assert await actuator.probe(target, "a1") == "not_done"
    assert not cluster.evicted
    assert not cluster.patches


@pytest.mark.parametrize(
    ("name", "words"),
    [("nobody", "it is not among checkout-b"), ("bare", "does not own that pod"), ("checkout-a", "it is not among")],
)
async def test_what_cannot_be_evicted(tmp_path: Path, name: str, words: str) -> None:
    cluster = Cluster()
    cluster.pods.append(pod("bare", "n1", owner="nobody's"))
    del cluster.pods[-1]["metadata"]["ownerReferences"]
    going(cluster)
    async with acting(cluster, tmp_path) as (actuator, target):
        with pytest.raises(ActuatorError, match=words):
            await actuator.plan(evict(target, name))
    assert not cluster.tried


async def test_a_pod_of_a_daemon_set_is_not_evicted(tmp_path: Path) -> None:
    async with acting(Cluster(), tmp_path, "daemonset") as (actuator, target):
        with pytest.raises(ActuatorError, match="comes back on the same node"):
            await actuator.plan(evict(target))


async def test_a_disruption_budget_is_told_and_nothing_was_done(tmp_path: Path) -> None:
    cluster = Cluster()
    async with acting(cluster, tmp_path) as (actuator, target):
        plan = await actuator.plan(evict(target))
        cluster.budget = True
        for refused in (actuator.plan(evict(target)), actuator.run(plan, "a1")):
            with pytest.raises(ActuatorError, match="budget shop needs 2 healthy pods; wait until more") as caught:
                await refused
            assert caught.value.effect == "none"
        assert await actuator.probe(target, "a1") == "not_done"
        cluster.budget = False
        await actuator.run(plan, "a1")
    assert cluster.evicted == ["uid-checkout-a"]


async def test_a_cordon_closes_the_node_and_its_inverse_opens_it(tmp_path: Path) -> None:
    cluster = Cluster()
    async with acting(cluster, tmp_path, **ALLOWED) as (actuator, target):
        plan = await actuator.plan(cordon(target))
        assert cluster.nodes["n1"]["spec"] == {}
        await actuator.run(plan, "a1")
        assert cluster.nodes["n1"]["spec"] == {"unschedulable": True}
        assert cluster.nodes["n1"]["metadata"]["annotations"] == {LAST_ACTION: "a1"}
        assert await actuator.probe(target, "a1") == "done"
        await actuator.run(plan, "a1")
        with pytest.raises(DriftedError, match="make a new plan"):
            await actuator.run(plan, "a2")
        with pytest.raises(ActuatorError, match="it is cordoned already"):
            await actuator.plan(cordon(target))
        assert plan.inverse
        await actuator.run(await actuator.plan(plan.inverse), "a3")
    assert cluster.nodes["n1"]["spec"] == {"unschedulable": False}
    assert cluster.nodes["n1"]["metadata"]["resourceVersion"] == "111"


@pytest.mark.parametrize(
    ("left", "after", "answer"),
    [
        (0, False, "not_done"),
        (0, True, "not_done"),
        (1, False, "not_done"),
        (1, True, "done"),
        (2, False, "done"),
        (2, True, "done"),
    ],
)
async def test_a_cordon_that_was_cut_off_is_told_truly_and_done_once(
    tmp_path: Path, left: int, after: bool, answer: str
) -> None:
    cluster = Cluster()
    plan = await planned(cluster, tmp_path, cordon)
    async with acting(Killed(cluster, left, after), tmp_path, **ALLOWED) as (actuator, _):
        with suppress(ActuatorError):
            await actuator.run(plan, "a1")
    async with acting(cluster, tmp_path, **ALLOWED) as (actuator, target):
        assert await actuator.probe(target, "a1") == answer
        await actuator.run(plan, "a1")
        assert await actuator.probe(target, "a1") == "done"
    assert cluster.nodes["n1"]["metadata"]["resourceVersion"] == "11"


async def test_a_node_that_is_gone_leaves_it_unknown(tmp_path: Path) -> None:
    cluster = Cluster()
    plan = await planned(cluster, tmp_path, cordon)
    async with acting(Killed(cluster, 1, after=False), tmp_path, **ALLOWED) as (actuator, _):
        with pytest.raises(ActuatorError):
            await actuator.run(plan, "a1")
    del cluster.nodes["n1"]
    async with acting(cluster, tmp_path, **ALLOWED) as (actuator, target):
        assert await actuator.probe(target, "a1") == "unknown"


def closed(cluster: Cluster) -> None:
    cluster.nodes["n1"]["spec"]["unschedulable"] = True


def replaced(cluster: Cluster) -> None:
    cluster.nodes["n1"]["metadata"]["uid"] = "another"


@pytest.mark.parametrize("meanwhile", [closed, replaced, deployed])
async def test_what_is_drift_for_a_cordon(tmp_path: Path, meanwhile: Callable[[Cluster], None]) -> None:
    cluster = Cluster()
    async with acting(cluster, tmp_path, **ALLOWED) as (actuator, target):
        plan = await actuator.plan(cordon(target))
        meanwhile(cluster)
        with pytest.raises(DriftedError, match="make a new plan"):
            await actuator.run(plan, "a1")
        assert await actuator.probe(target, "a1") == "not_done"
    assert not cluster.patches


async def test_a_change_of_the_node_between_look_and_patch_is_looked_at_again(tmp_path: Path) -> None:
    cluster = Cluster()
    node = cluster.nodes["n1"]["metadata"]
    cluster.between.append(lambda _: node.update(resourceVersion="7"))
    async with acting(cluster, tmp_path, **ALLOWED) as (actuator, target):
        await actuator.run(await actuator.plan(cordon(target)), "a1")
    assert cluster.nodes["n1"]["spec"] == {"unschedulable": True}
    assert node["resourceVersion"] == "71"


@pytest.mark.parametrize(("name", "words"), [("n3", "runs nothing on that node"), ("n2", "has no such node")])
async def test_what_cannot_be_cordoned(tmp_path: Path, name: str, words: str) -> None:
    cluster = Cluster()
    del cluster.nodes["n2"]
    async with acting(cluster, tmp_path, **ALLOWED) as (actuator, target):
        with pytest.raises(ActuatorError, match=words):
            await actuator.plan(cordon(target, name))


async def test_a_target_must_allow_a_cordon(tmp_path: Path) -> None:
    async with acting(Cluster(), tmp_path) as (actuator, target):
        with pytest.raises(ActuatorError, match=r"set services\.checkout\.target\.cordon to true"):
            await actuator.plan(cordon(target))


@pytest.mark.parametrize(
    ("right", "make", "words"),
    [
        ("create pods/eviction", evict, "may not create pods/eviction .*role.yaml"),
        ("get nodes", cordon, "may not get nodes .*cordon.yaml"),
        ("patch nodes", cordon, "may not patch nodes .*cordon.yaml"),
    ],
)
async def test_a_missing_right_is_one_line_with_its_mend(
    tmp_path: Path, right: str, make: Callable[[Target], Action], words: str
) -> None:
    async with acting(Cluster(forbidden={right}), tmp_path, **ALLOWED) as (actuator, target):
        for refused in (actuator.check(target), actuator.plan(make(target))):
            with pytest.raises(ActuatorError, match=words) as caught:
                await refused
            assert "\n" not in str(caught.value)
            assert caught.value.effect == "none"


async def test_who_does_not_ask_for_a_right_does_not_need_it(tmp_path: Path) -> None:
    nodes = {"get nodes", "patch nodes"}
    async with acting(Cluster(forbidden=nodes), tmp_path) as (actuator, target):
        await actuator.check(target)
    async with acting(Cluster(forbidden={*nodes, "create pods/eviction"}), tmp_path, "daemonset") as (actuator, target):
        await actuator.check(target)
