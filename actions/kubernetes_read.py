"""What a Kubernetes workload says of itself, read from objects as plain JSON, and the patches that change it. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from actions.model import Action, ActuatorError, Revision, describe

Object: TypeAlias = Mapping[str, Any]

LAST_ACTION = "steward/last-action"
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
ACTIONS_KEPT = 10
# A pod that ran out of memory but runs again is worth telling for this many seconds.
OOM_RECENT = 600.0
_NUMBER = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"
_STARTING = {"", "ContainerCreating", "PodInitializing"}


@dataclass(frozen=True, slots=True)
class Record:
    """One revision with the pod template that a rollback puts back."""

    revision: Revision
    template: Object


def version(workload: Object) -> str:
    """The workload's identity and pod template in 16 hexadecimal digits: what a restart or rollback is planned on.

    The resourceVersion changes with every status, the generation with every autoscaler's step: neither is drift.
    """
    return _digest([workload["metadata"]["uid"], workload["spec"]["template"]])


def replicas(workload: Object) -> int:
    """How many are wanted; of a DaemonSet, how many nodes want one."""
    wanted = workload["spec"].get("replicas", _status(workload).get("desiredNumberScheduled", 0))
    return int(wanted)


def ready(workload: Object) -> int:
    """How many of the present template are ready; 0 while the controller has not yet seen the latest change."""
    status = _status(workload)
    if status.get("observedGeneration", 0) < workload["metadata"].get("generation", 0):
        return 0
    up = status.get("readyReplicas", status.get("numberReady", 0))
    updated = status.get("updatedReplicas", status.get("updatedNumberScheduled", 0))
    return int(min(up, updated))


def actions(workload: Object) -> tuple[str, ...]:
    """The ids of the last actions done to it, oldest first."""
    text = (workload["metadata"].get("annotations") or {}).get(LAST_ACTION, "")
    return tuple(filter(None, text.split(",")))


def was_done(action_id: str, workload: Object, history: Iterable[Object]) -> bool:
    """Whether the action's id is on the workload or on one of its ReplicaSets.

    The Deployment's controller copies annotations to the ReplicaSet, and `kubectl rollout undo` puts old ones back.
    """
    own = (entry for entry in history if _owned(entry, {workload["metadata"]["uid"]}))
    return any(action_id in actions(entry) for entry in (workload, *own))


def records(workload: Object, history: Iterable[Object]) -> tuple[Record, ...]:
    """The workload's revisions from its ReplicaSets or ControllerRevisions, in the order they were last rolled out.

    Their names are the image's tag and the hash that ends the object's name: unlike Kubernetes' own revision numbers
    these stay as they are when a revision is rolled back to. Templates that differ only by a restart are one revision,
    named by the latest, with the time of the first.
    """
    own = [entry for entry in history if _owned(entry, {workload["metadata"]["uid"]})]
    found: dict[str, Record] = {}
    for entry in sorted(own, key=_number):
        template = _template(entry)
        key = _substance(template)
        made = _epoch(entry["metadata"]["creationTimestamp"])
        if key in found:
            made = min(made, found.pop(key).revision.deployed_at)
        found[key] = Record(Revision(_name(entry, template), made, _images(template)), template)
    return tuple(found.values())


def current(workload: Object, known: Sequence[Record]) -> str:
    """The name of the revision that is wanted now; empty while the controller has not yet recorded it."""
    key = _substance(workload["spec"]["template"])
    return next((record.revision.name for record in known if _substance(record.template) == key), "")


def problems(workload: Object, pods: Iterable[Object], now: float) -> tuple[str, ...]:
    """What is wrong, in the cluster's own words, each once with the number of pods it is true of."""
    counts: dict[str, int] = {}
    for pod in pods:
        for words in dict.fromkeys(_pod_problems(pod, now)):
            counts[words] = counts.get(words, 0) + 1
    told = tuple(f"{words} ({count} pods)" if count > 1 else words for words, count in counts.items())
    return (*_conditions(workload), *told)


def restarts(pods: Iterable[Object]) -> int:
    """How often containers of these pods were started anew."""
    return sum(container.get("restartCount", 0) for pod in pods for container in _containers(pod))


def pods_of(workload: Object, history: Iterable[Object], pods: Iterable[Object]) -> tuple[Object, ...]:
    """The pods that the workload owns, by itself or through its ReplicaSets."""
    uid = workload["metadata"]["uid"]
    owners = {uid} | {entry["metadata"]["uid"] for entry in history if _owned(entry, {uid})}
    return tuple(pod for pod in pods if _owned(pod, owners))


def patch(action: Action, workload: Object, known: Sequence[Record], action_id: str, restarted_at: str) -> Object:
    """The strategic merge patch that does the action and leaves its id. It holds for this resourceVersion only.

    Raises:
        ActuatorError: the revision to roll back to is gone.
    """
    ids = (*actions(workload), action_id)[-ACTIONS_KEPT:]
    metadata = {
        "resourceVersion": workload["metadata"]["resourceVersion"],
        "annotations": {LAST_ACTION: ",".join(ids)},
    }
    return {"metadata": metadata, "spec": _spec(action, known, restarted_at)}


def _spec(action: Action, known: Sequence[Record], restarted_at: str) -> Object:
    match action.verb:
        case "scale":
            return {"replicas": action.replicas}
        case "restart":
            return {"template": {"metadata": {"annotations": {RESTARTED_AT: restarted_at}}}}
        case "rollback":
            for record in known:
                if record.revision.name == action.revision:
                    return {"template": {**record.template, "$patch": "replace"}}
            raise ActuatorError(
                f"revision {action.revision} of {action.target.service} is gone from the cluster: choose another"
            )
        case _:
            raise ActuatorError(f"cannot {describe(action)} by a patch of the workload")


def _template(entry: Object) -> Object:
    """The pod template of a ReplicaSet or of a ControllerRevision, without what the controllers add."""
    template = dict((entry.get("spec") or entry["data"]["spec"])["template"])
    template.pop("$patch", None)
    metadata = {name: value for name, value in template.get("metadata", {}).items() if value is not None}
    metadata["labels"] = {name: value for name, value in (metadata.get("labels") or {}).items() if name != _HASH}
    return {**template, "metadata": metadata}


def _substance(template: Object) -> str:
    """The template without what a restart changes."""
    metadata = template.get("metadata", {})
    annotations = dict(metadata.get("annotations") or {})
    annotations.pop(RESTARTED_AT, None)
    return _digest([annotations, metadata.get("labels") or {}, template["spec"]])


def _number(entry: Object) -> int:
    if "revision" in entry:
        return int(entry["revision"])
    return int((entry["metadata"].get("annotations") or {}).get(_NUMBER, 0))


def _name(entry: Object, template: Object) -> str:
    tag = _images(template).partition(",")[0].rpartition("/")[2].partition(":")[2]
    return f"{tag[:30] or 'latest'}-{entry['metadata']['name'].rpartition('-')[2]}"


def _images(template: Object) -> str:
    return ", ".join(container.get("image", "") for container in template["spec"].get("containers", []))


def _owned(entry: Object, uids: set[str]) -> bool:
    return any(owner["uid"] in uids for owner in entry["metadata"].get("ownerReferences", []))


def _conditions(workload: Object) -> tuple[str, ...]:
    bad = {("ReplicaFailure", "True"), ("Progressing", "False")}
    return tuple(
        _words(condition.get("reason", condition["type"]), condition.get("message", ""))
        for condition in _status(workload).get("conditions") or ()
        if (condition["type"], condition["status"]) in bad
    )


def _pod_problems(pod: Object, now: float) -> Iterable[str]:
    for condition in _status(pod).get("conditions") or ():
        if condition.get("reason") == "Unschedulable":
            yield _words("Unschedulable", condition.get("message", ""))
    for container in _containers(pod):
        waiting = container.get("state", {}).get("waiting") or {}
        if waiting.get("reason", "") not in _STARTING:
            yield _words(f"{waiting['reason']} in container {container['name']}", waiting.get("message", ""))
        ended = container.get("lastState", {}).get("terminated") or container.get("state", {}).get("terminated") or {}
        recent = not container.get("ready") or now - _epoch(ended.get("finishedAt")) < OOM_RECENT
        if ended.get("reason") == "OOMKilled" and recent:
            yield f"OOMKilled in container {container['name']}"


def _containers(pod: Object) -> list[Any]:
    status = _status(pod)
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]


def _words(reason: str, message: str) -> str:
    text = " ".join(message.split())[:200]
    return f"{reason}: {text}" if text else reason


def _status(entry: Object) -> Any:
    return entry.get("status") or {}


def _epoch(stamp: str | None) -> float:
    return datetime.fromisoformat(stamp).timestamp() if stamp else 0.0


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
