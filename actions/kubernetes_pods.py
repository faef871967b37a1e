"""What the pods of a workload say, read from objects as plain JSON. Pure."""

from collections.abc import Iterable
from typing import Any

from actions.kubernetes_read import Object, epoch, owned, status, words
from actions.model import Instance

# A pod that ran out of memory but runs again is worth telling for this many seconds.
OOM_RECENT = 600.0
_STARTING = {"", "ContainerCreating", "PodInitializing"}
_ENDED = {"Succeeded", "Failed"}


def pods_of(workload: Object, history: Iterable[Object], pods: Iterable[Object]) -> tuple[Object, ...]:
    """The pods that the workload owns, by itself or through its ReplicaSets."""
    uid = workload["metadata"]["uid"]
    owners = {uid} | {entry["metadata"]["uid"] for entry in history if owned(entry, {uid})}
    return tuple(pod for pod in pods if owned(pod, owners))


def stays(pod: Object) -> bool:
    """Whether the pod runs or will run: it has not ended, and nobody has asked it to go."""
    return not pod["metadata"].get("deletionTimestamp") and status(pod).get("phase") not in _ENDED


def instances(pods: Iterable[Object]) -> tuple[Instance, ...]:
    """Those of the pods that stay, by name."""
    found = (
        Instance(pod["metadata"]["name"], (pod.get("spec") or {}).get("nodeName") or "", _ready(pod))
        for pod in pods
        if stays(pod)
    )
    return tuple(sorted(found, key=lambda one: one.name))


def problems(pods: Iterable[Object], now: float) -> tuple[str, ...]:
    """What is wrong, in the cluster's own words, each once with the number of pods it is true of."""
    counts: dict[str, int] = {}
    for pod in pods:
        for told in dict.fromkeys(_problems(pod, now)):
            counts[told] = counts.get(told, 0) + 1
    return tuple(f"{told} ({count} pods)" if count > 1 else told for told, count in counts.items())


def restarts(pods: Iterable[Object]) -> int:
    """How often containers of these pods were started anew."""
    return sum(container.get("restartCount", 0) for pod in pods for container in _containers(pod))


def _ready(pod: Object) -> bool:
    conditions = status(pod).get("conditions") or ()
    return any((condition["type"], condition.get("status")) == ("Ready", "True") for condition in conditions)


def _problems(pod: Object, now: float) -> Iterable[str]:
    for condition in status(pod).get("conditions") or ():
        if condition.get("reason") == "Unschedulable":
            yield words("Unschedulable", condition.get("message", ""))
    for container in _containers(pod):
        waiting = container.get("state", {}).get("waiting") or {}
        if waiting.get("reason", "") not in _STARTING:
            yield words(f"{waiting['reason']} in container {container['name']}", waiting.get("message", ""))
        ended = container.get("lastState", {}).get("terminated") or container.get("state", {}).get("terminated") or {}
        recent = not container.get("ready") or now - epoch(ended.get("finishedAt")) < OOM_RECENT
        if ended.get("reason") == "OOMKilled" and recent:
            yield f"OOMKilled in container {container['name']}"


def _containers(pod: Object) -> list[Any]:
    found = status(pod)
    return [*(found.get("initContainerStatuses") or ()), *(found.get("containerStatuses") or ())]
