import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from actions.ecs_api import Ecs as Api
from actions.ecs_api import Place
from actions.model import ActuatorError
from tests.standins.ecs import CREDENTIALS, DEFINITION, SERVICE, Ecs, serving


@pytest.fixture
async def ecs() -> AsyncIterator[Ecs]:
    async with serving() as found:
        yield found


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    made = Api()
    yield made
    await made.close()


def place(ecs: Ecs) -> Place:
    return Place("eu-west-1", "shop", "checkout", f"http://127.0.0.1:{ecs.port}")


async def test_definitions_come_oldest_first_with_the_one_that_runs(ecs: Ecs, api: Api) -> None:
    for running, numbers in ((2, [1, 2]), (7, [1, 2, 7])):
        found = await api.definitions(place(ecs), f"{DEFINITION}checkout:{running}")
        assert [each["taskDefinitionArn"] for each in found] == [f"{DEFINITION}checkout:{each}" for each in numbers]


@pytest.mark.parametrize(
    ("status", "code", "words", "effect"),
    [
        (
            400,
            "AccessDeniedException",
            "may not use ecs:UpdateService .* see deploy/aws/steward-ecs.json; no, not",
            "none",
        ),
        (400, "ServiceNotFoundException", "there is no service checkout of cluster shop in eu-west-1", "none"),
        (400, "ExpiredTokenException", "does not know Steward's credentials", "none"),
        (400, "ThrottlingException", "too busy", "none"),
        (
            400,
            "InvalidParameterException",
            "refused ecs:UpdateService .*InvalidParameterException.: no, not now",
            "none",
        ),
        (500, "ServerException", "refused ecs:UpdateService", "unknown"),
        (503, "ServiceUnavailable", "refused", "unknown"),
    ],
)
async def test_a_failure_is_one_line_tried_once_and_says_what_is_known_of_its_effect(
    ecs: Ecs, api: Api, status: int, code: str, words: str, effect: str
) -> None:
    ecs.failures["UpdateService"] = (status, code)
    with pytest.raises(ActuatorError, match=words) as caught:
        await api.update(place(ecs), forceNewDeployment=True)
    assert caught.value.effect == effect
    assert ecs.calls == ["UpdateService"]
    assert "\n" not in str(caught.value)
    assert not any(secret in str(caught.value) for secret in CREDENTIALS.values())


async def test_a_question_that_fails_has_no_effect(ecs: Ecs, api: Api) -> None:
    ecs.failures["DescribeServices"] = (500, "ServerException")
    with pytest.raises(ActuatorError, match="ecs:DescribeServices") as caught:
        await api.service(place(ecs))
    assert caught.value.effect == "none"


async def test_a_service_that_is_missing_or_was_deleted_is_one_line(ecs: Ecs, api: Api) -> None:
    with pytest.raises(ActuatorError, match="there is no service nobody of cluster shop"):
        await api.service(replace(place(ecs), service="nobody"))
    ecs.more["status"] = "INACTIVE"
    with pytest.raises(ActuatorError, match="there is no service checkout"):
        await api.service(place(ecs))


async def test_nobody_there_and_no_credentials_mean_no_effect(
    ecs: Ecs, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ActuatorError, match="no usable answer from ECS") as caught:
        await api.update(replace(place(ecs), endpoint="http://127.0.0.1:1"), desiredCount=3)
    assert caught.value.effect == "none"
    for name in CREDENTIALS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/no/such/file")
    with pytest.raises(ActuatorError, match=r"[Cc]redentials") as caught:
        await api.update(replace(place(ecs), region="eu-west-2"), desiredCount=3)
    assert caught.value.effect == "none"


async def test_marks_are_put_on_and_taken_off(ecs: Ecs, api: Api) -> None:
    await api.tag(place(ecs), SERVICE, "a-1", "restart ecs-svc/1 - 5")
    assert ecs.tags == {"steward:action:a-1": "restart ecs-svc/1 - 5"}
    await api.untag(place(ecs), SERVICE, ["a-1"])
    assert not ecs.tags


def test_the_policy_that_ships_allows_what_is_used_and_no_more() -> None:
    root = Path(__file__).parents[3]
    used = set(re.findall(r'"(ecs:[A-Za-z]+)"', (root / "actions/ecs_api.py").read_text()))
    policy = json.loads((root / "deploy/aws/steward-ecs.json").read_text())
    given = {right for one in policy["Statement"] for right in one["Action"] if right.startswith("ecs:")}
    assert given == used
