from collections.abc import Mapping
from typing import Any

import pytest

from actions import kubernetes_pods as of_pods
from actions.model import Instance
from tests.unit.actions.test_kubernetes_read import HISTORY, NOW, V2, deployment


def pod(container: Mapping[str, Any], owner: str = "rs1", **status: Any) -> dict[str, Any]:
    whole = {"name": "app", "ready": False, "restartCount": 0, "state": {}, "lastState": {}, **container}
    return {
        "metadata": {"name": "checkout-x", "ownerReferences": [{"uid": owner}]},
        "status": {"containerStatuses": [whole], **status},
    }


OOM = {"terminated": {"reason": "OOMKilled", "finishedAt": "2026-11-20T09:59:00Z"}}
LONG_AGO = {"terminated": {"reason": "OOMKilled", "finishedAt": "2026-11-20T09:00:00Z"}}


@pytest.mark.parametrize(
    ("container", "wanted"),
    [
        ({"ready": True, "state": {"running": {}}}, ()),
        ({"state": {"waiting": {"reason": "ContainerCreating"}}}, ()),
        (
            {"state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off\n  pulling"}}},
            ("ImagePullBackOff in container app: Back-off pulling",),
        ),
        (
            {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": OOM},
            ("CrashLoopBackOff in container app", "OOMKilled in container app"),
        ),
        ({"ready": True, "lastState": OOM}, ("OOMKilled in container app",)),
        ({"ready": True, "lastState": LONG_AGO}, ()),
        ({"ready": False, "lastState": LONG_AGO}, ("OOMKilled in container app",)),
        ({"state": {"waiting": {"reason": "X", "message": "y" * 5000}}}, (f"X in container app: {'y' * 200}",)),
    ],
)
def test_problems_of_a_pod(container: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
    assert of_pods.problems([pod(container)], NOW) == wanted


def test_the_same_problem_of_many_pods_is_told_once() -> None:
    bad = pod({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 4})
    assert of_pods.problems([bad, bad, bad], NOW) == ("CrashLoopBackOff in container app (3 pods)",)
    assert of_pods.restarts([bad, bad]) == 8


def test_a_pod_that_fits_nowhere() -> None:
    unschedulable = pod({}, conditions=[{"type": "PodScheduled", "reason": "Unschedulable", "message": "no node fits"}])
    assert of_pods.problems([unschedulable], NOW) == ("Unschedulable: no node fits",)


def test_pods_of_others_with_the_same_labels_do_not_count() -> None:
    own, others = pod({}, owner="rs1"), pod({}, owner="rs9")
    assert of_pods.pods_of(deployment(V2), HISTORY, [own, others]) == (own,)


@pytest.mark.parametrize(
    ("metadata", "phase", "stays"),
    [
        ({}, "Running", True),
        ({}, "Pending", True),
        ({}, "Failed", False),
        ({}, "Succeeded", False),
        ({"deletionTimestamp": "2026-11-20T10:00:30Z"}, "Running", False),
    ],
)
def test_who_stays(metadata: Mapping[str, str], phase: str, stays: bool) -> None:
    found = pod({}, phase=phase)
    found["metadata"] |= metadata
    assert of_pods.stays(found) is stays
    assert len(of_pods.instances([found])) == stays


def test_instances_are_in_order_of_their_names_and_know_their_node() -> None:
    ready = pod({}, conditions=[{"type": "Ready", "status": "True"}])
    ready["spec"] = {"nodeName": "n1"}
    waiting = pod({}, conditions=[{"type": "Ready", "status": "False"}])
    waiting["metadata"]["name"] = "checkout-a"
    assert of_pods.instances([ready, waiting]) == (
        Instance("checkout-a", "", ready=False),
        Instance("checkout-x", "n1", ready=True),
    )
