from datetime import UTC, datetime
from typing import Any

import pytest

from actions.ecs_read import (
    MARKS_KEPT,
    Json,
    family,
    judge,
    mark,
    marks,
    name,
    obstacle,
    revision,
    stale,
    state,
    verbs,
    version,
)
from actions.model import Action, Answer, Revision, Target, Verb

ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout:"
TARGET = Target("ecs", "checkout")
PRIMARY = {"id": "ecs-svc/2", "status": "PRIMARY", "runningCount": 2, "rolloutState": "COMPLETED"}


def service(primary: Json = PRIMARY, **more: Any) -> Json:
    old = {"id": "ecs-svc/1", "status": "ACTIVE", "runningCount": 1}
    least = {"desiredCount": 2, "runningCount": 2, "taskDefinition": f"{ARN}7", "deployments": [old, primary]}
    return {**least, **more}


def test_names() -> None:
    assert (name(f"{ARN}7"), family(f"{ARN}7"), revision(f"{ARN}7"), revision("odd")) == (
        "checkout:7",
        "checkout",
        7,
        0,
    )


def test_a_state_with_its_revisions() -> None:
    images = [{"image": "shop/checkout:v7"}, {"image": "proxy:1"}]
    definitions: list[Json] = [
        {"taskDefinitionArn": f"{ARN}6"},
        {
            "taskDefinitionArn": f"{ARN}7",
            "registeredAt": datetime.fromtimestamp(70, UTC),
            "containerDefinitions": images,
        },
    ]
    found = state(service(), definitions)
    assert (found.replicas, found.ready, found.revision, found.settled) == (2, 2, "checkout:7", True)
    assert found.revisions == (Revision("checkout:6", 0.0), Revision("checkout:7", 70.0, "shop/checkout:v7, proxy:1"))


def test_tasks_of_an_older_deployment_are_not_ready() -> None:
    assert state(service({**PRIMARY, "runningCount": 1}, runningCount=3), ()).ready == 1
    assert state(service(deployments=[]), ()).ready == 2


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (service(), ()),
        (
            service({**PRIMARY, "rolloutState": "FAILED", "rolloutStateReason": "circuit\nbreaker"}),
            ("the deployment failed: circuit breaker",),
        ),
        (service({**PRIMARY, "failedTasks": 3}), ("3 tasks of the deployment failed",)),
        (
            service(events=[{"message": "(service checkout) was unable to place a task"}, {"message": "old"}]),
            ("(service checkout) was unable to place a task",),
        ),
        (service(events=[{"message": "has reached a steady state"}, {"message": "was unable to place"}]), ()),
    ],
)
def test_problems_in_its_own_words(found: Json, words: tuple[str, ...]) -> None:
    assert state(found, ()).problems == words


def test_the_version_follows_the_deployment_and_not_the_count() -> None:
    assert version(service()) == version(service(desiredCount=5, runningCount=1))
    assert version(service()) != version(service({**PRIMARY, "id": "ecs-svc/3"}))
    assert version(service()) != version(service(taskDefinition=f"{ARN}6"))


def test_daemons_cannot_be_scaled_and_deployments_of_others_not_be_forced() -> None:
    assert verbs(service()) == ("restart", "scale", "rollback")
    assert verbs(service(schedulingStrategy="DAEMON")) == ("restart", "rollback")
    assert obstacle(service()) == ""
    assert "run by CODE_DEPLOY" in obstacle(service(deploymentController={"type": "CODE_DEPLOY"}))


@pytest.mark.parametrize(
    ("verb", "after", "answer"),
    [
        ("restart", service(), "unknown"),
        ("restart", service({**PRIMARY, "id": "ecs-svc/3"}), "done"),
        ("restart", service(deployments=[]), "unknown"),
        ("scale", service(), "unknown"),
        ("scale", service(desiredCount=3), "done"),
        ("rollback", service(), "unknown"),
        ("rollback", service(taskDefinition=f"{ARN}6"), "done"),
    ],
)
def test_what_was_begun_is_done_only_when_the_change_can_be_seen(verb: Verb, after: Json, answer: Answer) -> None:
    value = mark(Action(verb, TARGET, 3, "checkout:6"), service(), 5.0)
    assert judge(value, after) == answer
    # What a tag's value may be made of.
    assert set(value) <= set("abcdefghijklmnopqrstuvwxyz0123456789 +-=._:/@")
    assert len(value) <= 256


@pytest.mark.parametrize("value", ["", "odd", "restart", "scale x"])
def test_a_tag_that_somebody_changed_is_no_answer(value: str) -> None:
    assert judge(value, service()) == "unknown"


def test_marks_are_found_among_other_tags_and_the_oldest_go() -> None:
    own = [{"key": f"steward:action:a-{at}", "value": f"restart ecs-svc/1 - {1_718_000_000 + at}"} for at in range(12)]
    found = marks(service(tags=[{"key": "team", "value": "shop"}, *reversed(own)]))
    assert len(found) == 12
    assert stale(found) == ["a-0", "a-1", "a-2"]
    assert len(found) - len(stale(found)) + 1 == MARKS_KEPT
    assert stale({key: found[key] for key in list(found)[:5]}) == []


@pytest.mark.parametrize(
    ("wanted", "least", "more", "gone"),
    [
        (4, None, {}, 0),
        (4, 100, {}, 0),
        (4, 50, {}, 2),
        (3, 50, {}, 1),
        (1, 50, {}, 0),
        (3, 0, {}, 3),
        (3, 150, {}, 0),
        (3, None, {"schedulingStrategy": "DAEMON"}, 3),
    ],
)
def test_how_many_tasks_go_at_once(wanted: int, least: int | None, more: Json, gone: int) -> None:
    told = {} if least is None else {"deploymentConfiguration": {"minimumHealthyPercent": least}}
    assert state(service(desiredCount=wanted, **told, **more), ()).at_once == gone
