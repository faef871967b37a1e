from collections.abc import Mapping
from typing import Any

import pytest

from actions import docker_read as read
from actions.model import Action, Target

TARGET = Target("docker", "checkout", {"container": "checkout"})
RUNNING = {
    "Status": "running",
    "Running": True,
    "Restarting": False,
    "Paused": False,
    "OOMKilled": False,
    "ExitCode": 0,
    "StartedAt": "2026-11-20T10:00:00Z",
}


def container(
    identity: str = "c1",
    image: str = "sha256:v2",
    configured: str = "shop/checkout:v2",
    labels: Mapping[str, str] | None = None,
    restarts: int = 0,
    **state: Any,
) -> dict[str, Any]:
    return {
        "Id": identity,
        "Name": f"/{identity}",
        "Image": image,
        "RestartCount": restarts,
        "Config": {"Image": configured, "Labels": labels},
        "State": {**RUNNING, **state},
    }


def image(identity: str, created: int, *tags: str) -> dict[str, Any]:
    return {"Id": identity, "Created": created, "RepoTags": list(tags) or None}


IMAGES = [
    image("sha256:v2", 200, "shop/checkout:v2", "shop/checkout:latest"),
    image("sha256:v1", 100, "shop/checkout:v1"),
    image("sha256:other", 150, "shop/search:v1", "<none>:<none>"),
    image("sha256:lost", 50),
]


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        ("shop/checkout:v1", ("shop/checkout", "v1")),
        ("checkout", ("checkout", "latest")),
        ("registry:5000/shop/checkout", ("registry:5000/shop/checkout", "latest")),
        ("registry:5000/shop/checkout:v1@sha256:abc", ("registry:5000/shop/checkout", "v1")),
        ("sha256:0123", ("", "")),
    ],
)
def test_names_of_images_are_split(reference: str, wanted: tuple[str, str]) -> None:
    assert read.split(reference) == wanted


def test_revisions_are_the_local_images_of_the_same_repository() -> None:
    found = [record.revision for record in read.records([container()], IMAGES)]
    assert [(revision.name, revision.deployed_at) for revision in found] == [("v1", 100.0), ("v2", 200.0)]


def test_images_of_the_same_second_are_in_the_order_of_their_tags() -> None:
    images = [image("sha256:a", 100, "shop/checkout:v2"), image("sha256:b", 100, "shop/checkout:v1")]
    assert [record.revision.name for record in read.records([container()], images)] == ["v1", "v2"]


def test_an_image_that_lost_its_tag_still_is_what_runs() -> None:
    moved = [container(image="sha256:lost")]
    found = read.records(moved, IMAGES)
    assert [record.revision.name for record in found] == ["lost", "v1", "v2"]
    assert found[0].reference == "sha256:lost"
    assert read.state(moved, found).revision == "lost"


def test_a_container_made_from_a_bare_id_takes_the_repository_of_its_neighbour() -> None:
    found = read.records([container(configured="sha256:v2"), container("c2")], IMAGES)
    assert [record.reference for record in found] == ["shop/checkout:v1", "shop/checkout:v2"]


def test_the_configured_tag_names_the_revision() -> None:
    found = read.records([container(configured="shop/checkout")], IMAGES)
    assert [record.revision.name for record in found] == ["v1", "latest"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, None),
        ({"Health": {"Status": "healthy"}}, None),
        ({"Health": {"Status": "starting"}}, ""),
        ({"Paused": True}, "c1: paused"),
        ({"Restarting": True, "ExitCode": 1}, "c1: restarting again and again, last exit code 1"),
        (
            {"Running": False, "Status": "exited", "ExitCode": 137, "OOMKilled": True},
            "c1: exited with exit code 137, out of memory",
        ),
        (
            {"Running": False, "Status": "created", "ExitCode": 127, "Error": "no such\nfile"},
            "c1: created with exit code 127: no such file",
        ),
        (
            {"Health": {"Status": "unhealthy", "Log": [{"Output": "old"}, {"Output": "connection\nrefused"}]}},
            "c1: unhealthy: connection refused",
        ),
    ],
)
def test_what_is_wrong_with_a_container(state: Mapping[str, Any], words: str | None) -> None:
    """None: ready. Empty: not ready, but nothing is wrong."""
    found = read.state([container(restarts=2, **state)], ())
    assert found.ready == (1 if words is None else 0)
    assert found.problems == ((words,) if words else ())
    assert found.restarts == 2


def test_the_version_is_the_containers_and_their_images() -> None:
    one, two = container("c1"), container("c2")
    assert read.version([one, two]) == read.version([two, {**one, "RestartCount": 5}])
    assert len({read.version(each) for each in ([one], [one, two], [container("c1", image="sha256:v1")])}) == 3


LATER = "2026-11-20T10:05:00Z"


@pytest.mark.parametrize(
    ("then", "now", "answer"),
    [
        ([container()], [container()], "unknown"),
        ([container()], [container(StartedAt=LATER)], "done"),
        ([container(restarts=3)], [container(restarts=0, StartedAt=LATER)], "done"),
        ([container(restarts=3)], [container(restarts=4, StartedAt=LATER)], "unknown"),
        ([container()], [container(StartedAt=LATER, Running=False)], "unknown"),
        ([container()], [container("another", StartedAt=LATER)], "unknown"),
        ([container(), container("c2")], [container(StartedAt=LATER), container("c2")], "unknown"),
        ([container(), container("c2")], [container(StartedAt=LATER), container("c2", StartedAt=LATER)], "done"),
    ],
)
def test_whether_a_restart_was_done(then: list[read.Json], now: list[read.Json], answer: str) -> None:
    assert read.judge(Action("restart", TARGET), "a1", read.before(then), now) == answer


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        ([container()], "unknown"),
        ([container(), container("c2")], "done"),
        ([container(), container("c2", Status="created", Running=False)], "unknown"),
        ([container(), container("c2", Status="exited", Running=False)], "done"),
    ],
)
def test_whether_a_scale_was_done(now: list[read.Json], answer: str) -> None:
    assert read.judge(Action("scale", TARGET, replicas=2), "a1", read.before([container()]), now) == answer


@pytest.mark.parametrize(
    ("label", "status", "answer"),
    [("a1", "running", "done"), ("a0", "running", "unknown"), ("a1", "created", "unknown"), ("a1", "exited", "done")],
)
def test_whether_a_rollback_was_done(label: str, status: str, answer: str) -> None:
    now = [container("n1", labels={read.ACTION: label}, Status=status)]
    two = [container(), container("c2")]
    assert read.judge(Action("rollback", TARGET, revision="v1"), "a1", read.before(two), now) == "unknown"
    assert read.judge(Action("rollback", TARGET, revision="v1"), "a1", read.before([container()]), now) == answer
