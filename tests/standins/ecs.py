"""As much of Amazon ECS as one service needs: deployments that take over, counts that follow, tags."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.unit.actions.answering import answering

CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/shop"
SERVICE = "arn:aws:ecs:eu-west-1:123456789012:service/shop/checkout"
DEFINITION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret"}


@dataclass
class Ecs:
    """The service `checkout` of the cluster `shop`. `failures`: what calls of a name answer, as status and code."""

    port: int = 0
    desired: int = 2
    deployments: list[dict[str, Any]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    failures: dict[str, tuple[int, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deploy("checkout:2")
        self.settle()

    @property
    def options(self) -> dict[str, str]:
        """The options of a target."""
        where = {"region": "eu-west-1", "endpoint_url": f"http://127.0.0.1:{self.port}"}
        return {"cluster": "shop", "service": "checkout", **where}

    @property
    def effect(self) -> Any:
        """What an action changes."""
        return self.desired, self.deployments[0]["id"], self.deployments[0]["taskDefinition"]

    def deploy(self, definition: str) -> None:
        """A new deployment: the old one keeps its tasks until the new one's run."""
        for old in self.deployments:
            old["status"] = "ACTIVE"
        number = 1 + max((int(each["id"].rpartition("/")[2]) for each in self.deployments), default=0)
        new = {"status": "PRIMARY", "taskDefinition": DEFINITION + definition, "runningCount": 0, "failedTasks": 0}
        self.deployments.insert(0, {"id": f"ecs-svc/{number}", "rolloutState": "IN_PROGRESS", **new})

    def settle(self) -> None:
        """Time passes: the newest deployment runs alone."""
        self.deployments = [{**self.deployments[0], "runningCount": self.desired, "rolloutState": "COMPLETED"}]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call of the API."""
        name = request.headers["X-Amz-Target"].rpartition(".")[2]
        asked = json.loads(await request.read())
        self.calls.append(name)
        if name in self.failures:
            status, code = self.failures[name]
            return _json({"__type": code, "message": "no,\nnot now"}, status)
        return _json(getattr(self, f"_{name}")(asked))

    def _DescribeServices(self, asked: dict[str, Any]) -> Any:  # noqa: N802  # the API's own name
        assert asked["include"] == ["TAGS"]
        if asked["services"] != ["checkout"]:
            return {"services": [], "failures": [{"reason": "MISSING"}]}
        told = {
            "serviceArn": SERVICE,
            "status": "ACTIVE",
            "schedulingStrategy": "REPLICA",
            "desiredCount": self.desired,
            "runningCount": sum(each["runningCount"] for each in self.deployments),
            "taskDefinition": self.deployments[0]["taskDefinition"],
            "deployments": self.deployments,
            "tags": [{"key": key, "value": value} for key, value in self.tags.items()],
        }
        return {"services": [{**told, **self.more}]}

    def _ListTaskDefinitions(self, asked: dict[str, Any]) -> Any:  # noqa: N802
        assert (asked["familyPrefix"], asked["status"], asked["sort"]) == ("checkout", "ACTIVE", "DESC")
        return {"taskDefinitionArns": [f"{DEFINITION}checkout:{number}" for number in (2, 1)]}

    def _DescribeTaskDefinition(self, asked: dict[str, Any]) -> Any:  # noqa: N802
        arn, number = asked["taskDefinition"], int(asked["taskDefinition"].rpartition(":")[2])
        images = [{"name": "app", "image": f"shop/checkout:v{number}"}]
        return {"taskDefinition": {"taskDefinitionArn": arn, "registeredAt": number, "containerDefinitions": images}}

    def _UpdateService(self, asked: dict[str, Any]) -> Any:  # noqa: N802
        self.desired = asked.get("desiredCount", self.desired)
        present = self.deployments[0]["taskDefinition"].rpartition("/")[2]
        if asked.get("forceNewDeployment") or asked.get("taskDefinition", present) != present:
            self.deploy(asked.get("taskDefinition", present))
        return {}

    def _TagResource(self, asked: dict[str, Any]) -> Any:  # noqa: N802
        assert asked["resourceArn"] == SERVICE
        self.tags |= {tag["key"]: tag["value"] for tag in asked["tags"]}
        return {}

    def _UntagResource(self, asked: dict[str, Any]) -> Any:  # noqa: N802
        self.tags = {key: value for key, value in self.tags.items() if key not in asked["tagKeys"]}
        return {}


def _json(body: Any, status: int = 200) -> web.StreamResponse:
    return web.Response(status=status, text=json.dumps(body), content_type="application/x-amz-json-1.1")


@asynccontextmanager
async def serving() -> AsyncIterator[Ecs]:
    """Serves one on loopback, with credentials in the environment."""
    found = Ecs()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        async with answering(found.handle) as found.port:
            yield found
