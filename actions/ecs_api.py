"""The few calls to Amazon ECS that acting needs, each with its failure in words."""

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore import exceptions as aws

from actions.ecs_read import MARK, Json, family, revision
from actions.model import ActuatorError
from actions.report import inert

REVISIONS = 10
"""How many task definitions are looked at, the newest first."""

# Never a second try by itself: a forced deployment whose answer was lost would happen twice.
_CONFIG = AioConfig(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1})
_NOT_SENT = (
    aws.EndpointConnectionError,
    aws.ConnectTimeoutError,
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.ParamValidationError,
    aws.InvalidRegionError,
    aws.ProfileNotFound,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service is. `endpoint` is empty for Amazon's own."""

    region: str
    cluster: str
    service: str
    endpoint: str = ""

    def __str__(self) -> str:
        return f"service {self.service} of cluster {self.cluster} in {self.region}"


class Ecs:
    """Clients, made when first needed. Methods raise ActuatorError and nothing else."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str], Any] = {}
        self._open = AsyncExitStack()

    async def service(self, place: Place) -> Json:
        """The service with its tags."""
        with _told(place, "ecs:DescribeServices"):
            client = await self._client(place)
            asked = {"cluster": place.cluster, "services": [place.service], "include": ["TAGS"]}
            answer = await client.describe_services(**asked)
        found: list[Json] = [each for each in answer.get("services") or () if each.get("status") == "ACTIVE"]
        if not found:
            raise ActuatorError(f"there is no {place}: check the target and the account")
        return found[0]

    async def definitions(self, place: Place, arn: str) -> list[Json]:
        """The task definitions of the same family that can still be used, oldest first, with the one of this ARN."""
        with _told(place, "ecs:ListTaskDefinitions"):
            client = await self._client(place)
            asked = {"familyPrefix": family(arn), "status": "ACTIVE", "sort": "DESC", "maxResults": REVISIONS}
            listed = (await client.list_task_definitions(**asked))["taskDefinitionArns"]
        with _told(place, "ecs:DescribeTaskDefinition"):
            arns = sorted({arn, *listed}, key=revision)
            return [(await client.describe_task_definition(taskDefinition=each))["taskDefinition"] for each in arns]

    async def update(self, place: Place, **change: object) -> None:
        """Changes the service."""
        with _told(place, "ecs:UpdateService", writes=True):
            client = await self._client(place)
            await client.update_service(cluster=place.cluster, service=place.service, **change)

    async def tag(self, place: Place, arn: str, action_id: str, value: str) -> None:
        """Leaves the mark of an action on the service."""
        with _told(place, "ecs:TagResource"):
            client = await self._client(place)
            await client.tag_resource(resourceArn=arn, tags=[{"key": f"{MARK}{action_id}", "value": value}])

    async def untag(self, place: Place, arn: str, action_ids: Sequence[str]) -> None:
        """Takes marks off."""
        with _told(place, "ecs:UntagResource"):
            client = await self._client(place)
            await client.untag_resource(resourceArn=arn, tagKeys=[f"{MARK}{each}" for each in action_ids])

    async def close(self) -> None:
        """Closes all clients."""
        self._clients.clear()
        await self._open.aclose()

    async def _client(self, place: Place) -> Any:
        key = (place.region, place.endpoint)
        if key not in self._clients:
            made = get_session().create_client(
                "ecs", region_name=place.region, endpoint_url=place.endpoint or None, config=_CONFIG
            )
            self._clients[key] = await self._open.enter_async_context(made)
        return self._clients[key]


@contextmanager
def _told(place: Place, right: str, *, writes: bool = False) -> Iterator[None]:
    """Turns a failure into one line with its mend. A write that was sent and not refused may have had its effect."""
    try:
        yield
    except aws.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        words = inert(str(error.response.get("Error", {}).get("Message", "")))
        lost = writes and status >= 500
        raise ActuatorError(_line(code, words, place, right), "unknown" if lost else "none") from None
    except (aws.BotoCoreError, aws.HTTPClientError, OSError, ValueError) as error:
        lost = writes and not isinstance(error, _NOT_SENT)
        raise ActuatorError(
            f"no usable answer from ECS ({place}, {right}): {inert(str(error))}", "unknown" if lost else "none"
        ) from None


def _line(code: str, words: str, place: Place, right: str) -> str:
    match code:
        case "AccessDeniedException" | "UnauthorizedOperation":
            return f"may not use {right} ({place}): add it to Steward's role, see deploy/aws/steward-ecs.json; {words}"
        case "ClusterNotFoundException" | "ServiceNotFoundException" | "ServiceNotActiveException":
            return f"there is no {place}: check the target and the account; {words}"
        case "UnrecognizedClientException" | "InvalidSignatureException" | "ExpiredTokenException":
            return f"AWS does not know Steward's credentials ({place}): renew them; {words}"
        case "ThrottlingException":
            return f"ECS is too busy ({place}, {right}): try again later"
    return f"ECS refused {right} ({place}, {code}): {words}"
