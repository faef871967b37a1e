from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from bot.commands.case_files import Case
from bot.commands.case_state import broken
from bot.commands.case_table import Metrics
from bot.domain.errors import StewardError
from bot.domain.ranking import Clue
from bot.domain.topology import Topology

START = 1_767_225_600.0  # 2026-01-01T00:00:00Z
METRICS = Metrics(np.array([START - 60, START + 60]), (("web", "cpu"), ("web-api", "cpu")), np.zeros((2, 2)))
POD: Mapping[str, Any] = {"kind": "Pod", "metadata": {"name": "web-5d8f-x2x"}, "status": {}}


def told(state: object) -> list[Clue]:
    return broken(Case(METRICS, START, None, Topology({}), state=state))


def pod(**status: object) -> dict[str, Any]:
    return {**POD, "status": status}


def waiting(reason: str) -> dict[str, Any]:
    return pod(containerStatuses=[{"name": "c", "ready": False, "state": {"waiting": {"reason": reason}}}])


def replicaset(name: str, made: str, image: str, revision: int) -> dict[str, Any]:
    owner = {"ownerReferences": [{"uid": "u1"}], "creationTimestamp": made, "uid": name, "name": name}
    number = {"annotations": {"deployment.kubernetes.io/revision": str(revision)}}
    template = {"metadata": {}, "spec": {"containers": [{"name": "c", "image": image}]}}
    return {"kind": "ReplicaSet", "metadata": {**owner, **number}, "spec": {"template": template}}


def deployment(ready: int, image: str = "web:2") -> dict[str, Any]:
    template = {"metadata": {}, "spec": {"containers": [{"name": "c", "image": image}]}}
    status = {"readyReplicas": ready, "updatedReplicas": 2}
    spec = {"replicas": 2, "template": template}
    return {"kind": "Deployment", "metadata": {"name": "web", "uid": "u1"}, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("thing", "weight", "words"),
    [
        (waiting("CrashLoopBackOff"), 1.0, "pod web-5d8f-x2x: CrashLoopBackOff in container c"),
        (waiting("CreateContainerConfigError"), 1.0, "pod web-5d8f-x2x: CreateContainerConfigError in container c"),
        (waiting("PostStartHookError"), 0.6, "pod web-5d8f-x2x: PostStartHookError in container c"),
        (deployment(1), 0.6, "1 of 2 instances are ready"),
        (deployment(0), 0.8, "0 of 2 instances are ready"),
    ],
)
def test_what_is_wrong_is_a_clue(thing: dict[str, Any], weight: float, words: str) -> None:
    assert told([thing]) == [Clue("web", "state", weight, words)]


def test_memory_that_ran_out_is_told_while_it_is_recent() -> None:
    ended = {"reason": "OOMKilled", "finishedAt": "2026-01-01T00:00:30Z"}
    status = {"name": "c", "ready": True, "lastState": {"terminated": ended}}
    assert [one.words for one in told(pod(containerStatuses=[status]))] == [
        "pod web-5d8f-x2x: OOMKilled in container c"
    ]


def test_a_new_revision_shortly_before_the_start_is_a_change() -> None:
    old, new = (
        replicaset("web-1", "2025-12-01T00:00:00Z", "web:1", 1),
        replicaset("web-2", "2025-12-31T23:50:00Z", "web:2", 2),
    )
    (found,) = told([deployment(2), old, new])
    assert (found.family, found.words) == ("deployment", "rolled out 10 min before the start: 2-2")
    assert told([deployment(2, "web:1"), old, new]) == []


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: one,
        lambda one: [one],
        lambda one: {"kind": "List", "items": [one]},
        lambda one: {"kind": "PodList", "items": [{key: one[key] for key in ("metadata", "status")}]},
        lambda one: {"pods": [one], "deployments": []},
    ],
)
def test_objects_are_found_however_they_are_listed(wrap: Any) -> None:
    assert len(told(wrap(waiting("CrashLoopBackOff")))) == 1


@pytest.mark.parametrize(
    ("metadata", "service"),
    [
        ({"name": "web-api-5d8f-x2x"}, "web-api"),
        ({"name": "thing-1", "labels": {"app": "web"}}, "web"),
        ({"name": "thing-1", "labels": {"app": "other"}}, "other"),
        ({"name": "thing-1"}, "thing-1"),
    ],
)
def test_the_service_is_told_from_names_and_labels(metadata: dict[str, Any], service: str) -> None:
    assert told({**waiting("CrashLoopBackOff"), "metadata": metadata})[0].service == service


@pytest.mark.parametrize(
    "state", [None, [], {}, "text", 7, [None, 1], {"kind": "Service", "metadata": {"name": "web"}}]
)
def test_what_says_nothing_is_nothing(state: object) -> None:
    assert told(state) == []


@pytest.mark.parametrize(
    "thing",
    [
        {"kind": "Pod", "metadata": {}},
        {"kind": "Pod", "metadata": None},
        {"kind": "Pod", "metadata": {"name": "web-1"}, "status": {"conditions": 5}},
        {"kind": "Pod", "metadata": {"name": "web-1"}, "status": {"containerStatuses": ["app"]}},
        {"kind": "Deployment", "metadata": {"name": "web"}},
    ],
)
def test_an_object_of_another_make_is_one_clear_line(thing: dict[str, Any]) -> None:
    with pytest.raises(StewardError, match=r"state\.json.*kubectl get") as caught:
        told([thing])
    assert "\n" not in str(caught.value)
