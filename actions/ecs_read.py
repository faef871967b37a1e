"""What an ECS service says of itself, read from DescribeServices and DescribeTaskDefinition as plain JSON. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from actions.model import Action, Answer, Revision, State, Verb
from actions.report import inert

Json: TypeAlias = Mapping[str, Any]

MARK = "steward:action:"
"""The beginning of the key of a tag that says which action was begun; its value says from where to where."""
MARKS_KEPT = 10
_NOTHING = "-"


def name(arn: str) -> str:
    """`checkout:7` of a task definition's ARN."""
    return arn.rpartition("/")[2]


def family(arn: str) -> str:
    """`checkout` of a task definition's ARN."""
    return name(arn).partition(":")[0]


def revision(arn: str) -> int:
    """7 of a task definition's ARN."""
    found = re.search(r":([0-9]+)$", arn)
    return int(found[1]) if found else 0


def primary(service: Json) -> Json:
    """The deployment that is wanted."""
    empty: Json = {}
    return next((each for each in service.get("deployments") or () if each.get("status") == "PRIMARY"), empty)


def verbs(service: Json) -> tuple[Verb, ...]:
    """What can be done to such a service."""
    return (
        ("restart", "rollback") if service.get("schedulingStrategy") == "DAEMON" else ("restart", "scale", "rollback")
    )


def state(service: Json, definitions: Iterable[Json]) -> State:
    """The state. Tasks of older deployments that are still there do not count as ready."""
    wanted = primary(service)
    running = int(service.get("runningCount", 0))
    return State(
        replicas=int(service["desiredCount"]),
        ready=min(running, int(wanted.get("runningCount", running))),
        revision=name(service["taskDefinition"]),
        revisions=tuple(_revision(each) for each in definitions),
        version=version(service),
        problems=tuple(_problems(service, wanted)),
        at_once=at_once(service),
    )


def at_once(service: Json) -> int:
    """How many tasks a deployment may take away at the same time: what minimumHealthyPercent leaves over."""
    wanted, daemon = int(service["desiredCount"]), service.get("schedulingStrategy") == "DAEMON"
    kept = (service.get("deploymentConfiguration") or {}).get("minimumHealthyPercent")
    percent = min(100, (0 if daemon else 100) if kept is None else int(kept))
    return wanted * (100 - percent) // 100


def version(service: Json) -> str:
    """The deployment and its task definition, in 16 hexadecimal digits: scaling changes neither."""
    text = f"{primary(service).get('id', '')} {service['taskDefinition']}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mark(action: Action, service: Json, now: float) -> str:
    """The value of the tag for an action that begins now: verb, deployment before, aim, moment."""
    to = action.replicas if action.verb == "scale" else action.revision if action.verb == "rollback" else None
    return f"{action.verb} {primary(service).get('id') or _NOTHING} {_NOTHING if to is None else to} {now:.0f}"


def marks(service: Json) -> dict[str, str]:
    """The tags of actions that were begun: action id -> value."""
    tags = {str(tag.get("key", "")): str(tag.get("value", "")) for tag in service.get("tags") or ()}
    return {key.removeprefix(MARK): value for key, value in tags.items() if key.startswith(MARK)}


def stale(found: Mapping[str, str]) -> list[str]:
    """The oldest actions, to be taken off so that a service, which can have 50 tags, has room for the next."""
    return sorted(found, key=lambda action_id: found[action_id].rpartition(" ")[2])[: -(MARKS_KEPT - 1)]


def judge(value: str, service: Json) -> Answer:
    """Whether the action behind a tag had its effect: `done`, else `unknown`, for the tag comes just before it.

    A new deployment is this one, or another person's since.
    """
    match value.split(" "):
        case ["restart", before, _, _]:
            return "done" if primary(service).get("id", before) != before else "unknown"
        case ["scale", _, to, _]:
            return "done" if str(service["desiredCount"]) == to else "unknown"
        case ["rollback", _, to, _]:
            return "done" if name(service["taskDefinition"]) == to else "unknown"
    return "unknown"


def obstacle(service: Json) -> str:
    """Why nothing can be deployed, or nothing."""
    controller = (service.get("deploymentController") or {}).get("type", "ECS")
    return "" if controller == "ECS" else f"its deployments are run by {controller}, so act there"


def _revision(definition: Json) -> Revision:
    images: Sequence[str] = [str(each.get("image", "")) for each in definition.get("containerDefinitions") or ()]
    registered = definition.get("registeredAt")
    when = registered.timestamp() if isinstance(registered, datetime) else 0.0
    return Revision(name(definition["taskDefinitionArn"]), when, inert(", ".join(images)))


def _problems(service: Json, wanted: Json) -> Iterable[str]:
    if wanted.get("rolloutState") == "FAILED":
        yield f"the deployment failed: {inert(str(wanted.get('rolloutStateReason') or 'no reason given'))}"
    if failed := int(wanted.get("failedTasks") or 0):
        yield f"{failed} tasks of the deployment failed"
    newest: Json = next(iter(service.get("events") or ()), {})
    if "unable to" in str(newest.get("message", "")):
        yield inert(str(newest["message"]))
