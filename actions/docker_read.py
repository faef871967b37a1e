"""What Docker containers say of themselves, read from `docker inspect` and `docker images` as plain JSON. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from actions.model import Action, Answer, Revision, State

Json: TypeAlias = Mapping[str, Any]

ACTION = "steward.action"
NUMBER = "com.docker.compose.container-number"


@dataclass(frozen=True, slots=True)
class Record:
    """One revision with the image that a rollback runs: its id, and the name that Docker knows it by."""

    revision: Revision
    image: str
    reference: str


def number(container: Json) -> int:
    """The container's number within its Compose service; 1 outside of Compose."""
    return int((container["Config"].get("Labels") or {}).get(NUMBER, 1))


def name(container: Json) -> str:
    """The container's name without Docker's leading slash."""
    return str(container["Name"]).lstrip("/")


def version(containers: Iterable[Json]) -> str:
    """Which containers there are and which image each runs, in 16 hexadecimal digits."""
    pairs = sorted((container["Id"], container["Image"]) for container in containers)
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:16]


def split(reference: str) -> tuple[str, str]:
    """Repository and tag of an image's name; both empty for a bare image id."""
    repository, _, tag = reference.partition("@")[0].rpartition(":")
    if not repository or "/" in tag:
        repository, tag = reference.partition("@")[0], "latest"
    return ("", "") if repository == "sha256" else (repository, tag)


def records(containers: Sequence[Json], images: Iterable[Json]) -> tuple[Record, ...]:
    """The images of the containers' repository that this engine holds, by the time they were built, oldest first.

    Docker keeps no record of what ran before. So a rollback can go to the tags that are still here, and the times are
    those of the builds. An image with several tags is one revision; the one that runs counts even without a tag.
    """
    repository, configured = _repository(containers)
    running = {container["Image"] for container in containers}
    found = []
    for image in sorted(images, key=lambda image: (image["Created"], sorted(image.get("RepoTags") or ()))):
        pairs = [split(tag) for tag in image.get("RepoTags") or ()]
        tags = sorted(tag for place, tag in pairs if place == repository and tag != "<none>")
        if not tags and image["Id"] not in running:
            continue
        tag = configured if configured in tags else next((tag for tag in tags if tag != "latest"), "".join(tags[:1]))
        short = image["Id"].removeprefix("sha256:")[:12]
        reference = f"{repository}:{tag}" if tag else image["Id"]
        revision = Revision(
            tag or short, float(image["Created"]), f"{reference.removeprefix('sha256:')[:60]} ({short})"
        )
        found.append(Record(revision, image["Id"], reference))
    return tuple(found)


def state(containers: Sequence[Json], known: Sequence[Record]) -> State:
    """The state of one container, or of all containers of one Compose service (at least one)."""
    image = containers[0]["Image"]
    return State(
        replicas=len(containers),
        ready=sum(ready(container) for container in containers),
        revision=next((record.revision.name for record in known if record.image == image), ""),
        revisions=tuple(record.revision for record in known),
        version=version(containers),
        problems=tuple(f"{name(container)}: {words}" for container in containers if (words := problem(container))),
        restarts=sum(container.get("RestartCount", 0) for container in containers),
    )


def ready(container: Json) -> bool:
    """Whether it runs, and its health check, where it has one, says that it is well."""
    here = container["State"]
    health = (here.get("Health") or {}).get("Status", "none")
    return bool(here["Running"]) and not here["Restarting"] and not here["Paused"] and health in {"none", "healthy"}


def problem(container: Json) -> str:
    """What is wrong with it, or nothing; one that is starting is not ready, but nothing is wrong."""
    here = container["State"]
    memory = ", out of memory" if here.get("OOMKilled") else ""
    health = here.get("Health") or {}
    if here["Restarting"]:
        return f"restarting again and again, last exit code {here['ExitCode']}{memory}"
    if not here["Running"]:
        reason = " ".join(str(here.get("Error") or "").split())[:200]
        return f"{here['Status']} with exit code {here['ExitCode']}{memory}" + (f": {reason}" if reason else "")
    if here["Paused"]:
        return "paused"
    if health.get("Status") == "unhealthy":
        last = (health.get("Log") or [{}])[-1].get("Output", "")
        return f"unhealthy: {' '.join(last.split())[:200]}"
    return ""


def before(containers: Iterable[Json]) -> dict[str, Any]:
    """What `judge` must know later of the containers as they were: when each started, and its restarts by itself."""
    return {
        container["Id"]: [container["State"]["StartedAt"], container.get("RestartCount", 0)] for container in containers
    }


def judge(action: Action, action_id: str, was: Mapping[str, Any], containers: Sequence[Json]) -> Answer:
    """Whether an action that surely was begun reached its end: `done`, else `unknown`, for it may be under way still.

    A restart that somebody asks for sets Docker's count of restarts to zero, one by policy adds to it. So a later
    start time with no higher count is a restart on request: this one, or another person's since.
    """
    return "done" if _ended(action, action_id, was, containers) else "unknown"


def _ended(action: Action, action_id: str, was: Mapping[str, Any], containers: Sequence[Json]) -> bool:
    started = [container["State"]["Status"] != "created" for container in containers]
    match action.verb:
        case "restart":
            here = {container["Id"]: container for container in containers}
            return bool(was) and all(_restarted(here.get(key), was[key]) for key in was)
        case "scale":
            return len(containers) == action.replicas and all(started)
        case "rollback":
            labels = [container["Config"].get("Labels") or {} for container in containers]
            whole = len(containers) == len(was)  # one that was cut off in the midst stands aside, and is not among them
            return whole and all(started) and all(label.get(ACTION) == action_id for label in labels)
        case _:
            return False


def _restarted(container: Json | None, was: Sequence[Any]) -> bool:
    if container is None or not container["State"]["Running"]:
        return False
    started_at, restarts = was
    return bool(container["State"]["StartedAt"] != started_at and container.get("RestartCount", 0) <= restarts)


def _repository(containers: Iterable[Json]) -> tuple[str, str]:
    names = (split(container["Config"]["Image"]) for container in containers)
    return next((pair for pair in names if pair[0]), ("", ""))
