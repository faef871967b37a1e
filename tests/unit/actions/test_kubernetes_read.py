from collections.abc import Mapping
from typing import Any

import pytest

from actions import kubernetes_read as read
from actions.model import Action, ActuatorError, Target

TARGET = Target("kubernetes", "checkout", {"namespace": "shop", "workload": "deployment/checkout"})
# 2026-11-20T10:00:00Z
NOW = 1_795_168_800.0


def template(image: str, annotations: Mapping[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = {"creationTimestamp": None, "labels": {"app": "checkout"}}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"metadata": metadata, "spec": {"containers": [{"name": "app", "image": image}], **spec}}


def deployment(pod: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    metadata = {"name": "checkout", "uid": "u1", "resourceVersion": "77", "generation": 2, "annotations": {}}
    status = {"observedGeneration": 2, "replicas": 3, "readyReplicas": 3, "updatedReplicas": 3}
    spec = {"replicas": 3, "template": pod, "selector": {"matchLabels": {"app": "checkout"}}}
    made: dict[str, Any] = {"metadata": metadata, "spec": spec, "status": status}
    for path, value in changes.items():
        section, _, key = path.partition("__")
        made[section][key] = value
    return made


def replica_set(number: int, pod: Mapping[str, Any], made: str, owner: str = "u1") -> dict[str, Any]:
    hashed = f"hash{number}"
    metadata = {**pod["metadata"], "labels": {**pod["metadata"]["labels"], "pod-template-hash": hashed}}
    return {
        "metadata": {
            "name": f"checkout-{hashed}",
            "uid": f"rs{number}",
            "creationTimestamp": made,
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [{"uid": owner}],
        },
        "spec": {"template": {**pod, "metadata": metadata}},
    }


V1, V2 = template("shop/checkout:v1"), template("shop/checkout:v2")
RESTARTED = template("shop/checkout:v2", {read.RESTARTED_AT: "2026-11-20T09:00:00Z"})
HISTORY = [
    replica_set(2, V2, "2026-11-19T10:00:00Z"),
    replica_set(1, V1, "2026-11-18T10:00:00Z"),
    replica_set(9, template("other:v9"), "2026-11-18T10:00:00Z", owner="somebody else"),
]


def test_revisions_are_in_order_with_image_and_time() -> None:
    found = [record.revision for record in read.records(deployment(V2), HISTORY)]
    assert [(revision.name, revision.detail) for revision in found] == [
        ("v1-hash1", "shop/checkout:v1"),
        ("v2-hash2", "shop/checkout:v2"),
    ]
    assert found[1].deployed_at == NOW - 86_400


def test_a_restart_is_no_revision_of_its_own() -> None:
    history = [*HISTORY, replica_set(3, RESTARTED, "2026-11-20T09:00:00Z")]
    found = read.records(deployment(RESTARTED), history)
    assert [record.revision.name for record in found] == ["v1-hash1", "v2-hash3"]
    assert found[1].revision.deployed_at == NOW - 86_400
    assert read.current(deployment(RESTARTED), found) == "v2-hash3"


def test_a_revision_keeps_its_name_when_it_is_rolled_back_to() -> None:
    again = replica_set(1, V1, "2026-11-18T10:00:00Z")
    again["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "3"
    found = read.records(deployment(V1), [HISTORY[0], again])
    assert [record.revision.name for record in found] == ["v2-hash2", "v1-hash1"]
    assert read.current(deployment(V1), found) == "v1-hash1"


def test_what_the_controller_has_not_yet_recorded_has_no_name() -> None:
    workload = deployment(template("shop/checkout:v3"))
    assert read.current(workload, read.records(workload, HISTORY)) == ""


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("registry:5000/shop/checkout", "latest-hash1"),
        ("checkout", "latest-hash1"),
        ("shop/checkout@sha256:0123456789abcdef", "0123456789abcdef-hash1"),
    ],
)
def test_names_of_images_without_a_tag(image: str, name: str) -> None:
    history = [replica_set(1, template(image), "2026-11-18T10:00:00Z")]
    assert [record.revision.name for record in read.records(deployment(V2), history)] == [name]


def test_controller_revisions_are_read_too() -> None:
    entry = {
        "metadata": {
            "name": "db-5f4",
            "uid": "c1",
            "creationTimestamp": "2026-11-18T10:00:00Z",
            "ownerReferences": [{"uid": "u1"}],
        },
        "revision": 4,
        "data": {"spec": {"template": {**V1, "$patch": "replace"}}},
    }
    (found,) = read.records(deployment(V1), [entry])
    assert found.revision.name == "v1-5f4"
    assert "$patch" not in found.template
    assert read.current(deployment(V1), [found]) == "v1-5f4"


def test_the_version_is_the_template_and_nothing_else() -> None:
    same = deployment(V2, metadata__resourceVersion="99", metadata__generation=8, spec__replicas=7)
    assert read.version(same) == read.version(deployment(V2))
    assert read.version(deployment(V1)) != read.version(deployment(V2))
    assert read.version(deployment(V2, metadata__uid="u2")) != read.version(deployment(V2))


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ({"observedGeneration": 2, "readyReplicas": 3, "updatedReplicas": 3}, 3),
        ({"observedGeneration": 2, "readyReplicas": 3, "updatedReplicas": 1}, 1),
        ({"observedGeneration": 2, "readyReplicas": 2, "updatedReplicas": 3}, 2),
        ({"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": 3}, 0),
        ({"observedGeneration": 2, "numberReady": 2, "updatedNumberScheduled": 2}, 2),
        ({}, 0),
    ],
)
def test_ready_counts_what_is_of_the_present_template(status: Mapping[str, int], wanted: int) -> None:
    workload = deployment(V2)
    workload["status"] = status
    assert read.ready(workload) == wanted


def test_a_daemon_set_wants_one_on_each_node() -> None:
    workload = deployment(V2, status__desiredNumberScheduled=4)
    del workload["spec"]["replicas"]
    assert read.replicas(workload) == 4


def test_conditions_that_say_something_is_wrong() -> None:
    conditions = [
        {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"},
        {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"},
        {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"},
    ]
    told = read.conditions(deployment(V2, status__conditions=conditions))
    assert told == ("FailedCreate: exceeded quota", "ProgressDeadlineExceeded")


def test_every_patch_holds_for_one_resource_version_and_leaves_the_id() -> None:
    ids = ",".join(f"a{number}" for number in range(10))
    workload = deployment(V2, metadata__annotations={read.LAST_ACTION: ids})
    body = read.patch(Action("scale", TARGET, replicas=5), workload, (), "new", "")
    assert body["metadata"]["resourceVersion"] == "77"
    assert body["metadata"]["annotations"][read.LAST_ACTION].split(",") == [*(f"a{n}" for n in range(1, 10)), "new"]
    assert body["spec"] == {"replicas": 5}


def test_an_action_is_known_from_the_replica_sets_too() -> None:
    """Somebody's `kubectl rollout undo` has put the annotations of before the action back."""
    signed, others = replica_set(2, V2, "2026-11-19T10:00:00Z"), replica_set(9, V1, "2026-11-19T10:00:00Z", owner="x")
    signed["metadata"]["annotations"][read.LAST_ACTION] = "a0,a1"
    others["metadata"]["annotations"][read.LAST_ACTION] = "a2"
    asked = [read.was_done(name, deployment(V1), [signed, others]) for name in ("a0", "a1", "a2", "a")]
    assert asked == [True, True, False, False]


def test_what_is_intended_is_found_by_its_id_alone() -> None:
    workload = deployment(V2, metadata__annotations={read.INTENDED: "pod/u7=a1,node/n1=a2"})
    asked = [read.intended(name, workload, ()) for name in ("a1", "a2", "a", "u7", "n1")]
    assert asked == ["pod/u7", "node/n1", "", "", ""]
    copied = replica_set(2, V2, "2026-11-19T10:00:00Z")
    copied["metadata"]["annotations"][read.INTENDED] = "pod/u8=a3"
    assert read.intended("a3", deployment(V2), [copied]) == "pod/u8"


def test_what_is_intended_is_added_to_the_last_ones() -> None:
    notes = ",".join(f"pod/u{number}=a{number}" for number in range(10))
    body = read.intend("node/n1", deployment(V2, metadata__annotations={read.INTENDED: notes}), "new")
    assert body["metadata"]["resourceVersion"] == "77"
    kept = body["metadata"]["annotations"][read.INTENDED].split(",")
    assert kept == [*(f"pod/u{n}=a{n}" for n in range(1, 10)), "node/n1=new"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_node_is_closed_with_the_id_and_for_one_resource_version(closed: bool) -> None:
    node = {"metadata": {"name": "n1", "resourceVersion": "5"}, "spec": {"unschedulable": not closed}}
    assert read.cordoned(node) is not closed
    body = read.cordon(node, "a1", closed=closed)
    assert body["metadata"] == {"resourceVersion": "5", "annotations": {read.LAST_ACTION: "a1"}}
    assert read.cordoned(body) is closed


def test_a_restart_patches_one_annotation() -> None:
    body = read.patch(Action("restart", TARGET), deployment(V2), (), "a1", "2026-11-20T10:00:00Z")
    annotation = {read.RESTARTED_AT: "2026-11-20T10:00:00Z"}
    assert body["spec"] == {"template": {"metadata": {"annotations": annotation}}}


def test_a_rollback_replaces_the_whole_template_and_keeps_what_is_unknown() -> None:
    exotic = template("shop/checkout:v0", futureField={"of": "a newer Kubernetes"})
    history = [replica_set(1, exotic, "2026-11-18T10:00:00Z")]
    known = read.records(deployment(V2), history)
    body = read.patch(Action("rollback", TARGET, revision="v0-hash1"), deployment(V2), known, "a1", "")
    assert body["spec"]["template"] == {
        "$patch": "replace",
        "metadata": {"labels": {"app": "checkout"}},
        "spec": exotic["spec"],
    }


def test_a_rollback_to_what_is_gone_says_so() -> None:
    with pytest.raises(ActuatorError, match="v1-hash1 of checkout is gone"):
        read.patch(Action("rollback", TARGET, revision="v1-hash1"), deployment(V2), (), "a1", "")


def rolling(field: str, kind: str = "RollingUpdate", **values: int | str) -> dict[str, Any]:
    return {field: {"type": kind, **({"rollingUpdate": values} if values else {})}}


@pytest.mark.parametrize(
    ("replicas", "spec", "wanted"),
    [
        (3, {}, 0),
        (4, {}, 1),
        (3, rolling("strategy", "Recreate"), 3),
        (10, rolling("strategy", maxUnavailable="25%", maxSurge="25%"), 2),
        (3, rolling("strategy", maxUnavailable="25%", maxSurge="25%"), 0),
        (3, rolling("strategy", maxUnavailable=0, maxSurge=1), 0),
        (3, rolling("strategy", maxUnavailable="10%", maxSurge=0), 1),
        (3, rolling("strategy", maxUnavailable=2, maxSurge=0), 2),
        (3, rolling("strategy", maxUnavailable=9, maxSurge=0), 3),
        (3, rolling("strategy", maxUnavailable="100%", maxSurge="1%"), 3),
        (3, rolling("updateStrategy"), 1),
        (3, rolling("updateStrategy", partition=1), 1),
        (3, rolling("updateStrategy", maxUnavailable="50%"), 2),
        (3, rolling("updateStrategy", maxUnavailable=0, maxSurge=1), 0),
        (3, rolling("updateStrategy", "OnDelete"), 3),
        (0, rolling("updateStrategy"), 0),
    ],
)
def test_how_many_pods_go_at_once(replicas: int, spec: Mapping[str, Any], wanted: int) -> None:
    workload = deployment(V2)
    workload["spec"] = {**workload["spec"], "replicas": replicas, **spec}
    assert read.at_once(workload) == wanted


def test_a_daemon_set_counts_its_nodes() -> None:
    workload = deployment(V2, status__desiredNumberScheduled=8)
    workload["spec"] = {"template": V2, **rolling("updateStrategy", maxUnavailable="30%")}
    assert read.at_once(workload) == 3
