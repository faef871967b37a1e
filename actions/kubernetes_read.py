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
INTENDED = "steward/intended"
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
ACTIONS_KEPT = 10
_NUMBER = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"


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
    wanted = workload["spec"].get("replicas", status(workload).get("desiredNumberScheduled", 0))
    return int(wanted)


def ready(workload: Object) -> int:
    """How many of the present template are ready; 0 while the controller has not yet seen the latest change."""
    now = status(workload)
    if now.get("observedGeneration", 0) < workload["metadata"].get("generation", 0):
        return 0
    up = now.get("readyReplicas", now.get("numberReady", 0))
    updated = now.get("updatedReplicas", now.get("updatedNumberScheduled", 0))
    return int(min(up, updated))


def at_once(workload: Object) -> int:
    """How many replicas a change of the pod template takes away at the same time, by the update strategy.

    Percentages as the controllers round them: a Deployment's unavailable ones down, its surge and the others' up.
    Where a person must delete the pods (OnDelete) it may be all.
    """
    spec, wanted = workload["spec"], replicas(workload)
    strategy = spec.get("strategy") or spec.get("updateStrategy") or {}
    rolling = strategy.get("rollingUpdate") or {}
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return wanted
    if "updateStrategy" in spec:  # a StatefulSet or a DaemonSet
        surge = _share(rolling.get("maxSurge", 0), wanted, up=True)
        return 0 if surge else min(wanted, _share(rolling.get("maxUnavailable", 1), wanted, up=True))
    gone = _share(rolling.get("maxUnavailable", "25%"), wanted)
    surge = _share(rolling.get("maxSurge", "25%"), wanted, up=True)
    return min(wanted, gone if gone or surge else 1)


def actions(entry: Object) -> tuple[str, ...]:
    """The ids of the last actions done to a workload or a node, oldest first."""
    return _listed(entry, LAST_ACTION)


def was_done(action_id: str, workload: Object, history: Iterable[Object]) -> bool:
    """Whether the action's id is on the workload or on one of its ReplicaSets.

    The Deployment's controller copies annotations to the ReplicaSet, and `kubectl rollout undo` puts old ones back.
    """
    return any(action_id in actions(entry) for entry in _family(workload, history))


def intended(action_id: str, workload: Object, history: Iterable[Object]) -> str:
    """What the action with this id was about to be done to, as `intend` wrote it; empty when there is no word of it."""
    for entry in _family(workload, history):
        for note in _listed(entry, INTENDED):
            thing, _, written = note.partition("=")
            if written == action_id:
                return thing
    return ""


def intend(thing: str, workload: Object, action_id: str) -> Object:
    """The patch that writes on the workload what the action is about to be done to: `pod/UID` or `node/NAME`."""
    notes = (*_listed(workload, INTENDED), f"{thing}={action_id}")[-ACTIONS_KEPT:]
    return {"metadata": _held(workload, {INTENDED: ",".join(notes)})}


def done(entry: Object, action_id: str) -> Object:
    """The patch that leaves the action's id on a workload or a node. It holds for this resourceVersion only."""
    ids = (*actions(entry), action_id)[-ACTIONS_KEPT:]
    return {"metadata": _held(entry, {LAST_ACTION: ",".join(ids)})}


def cordon(node: Object, action_id: str, *, closed: bool) -> Object:
    """The patch that closes a node for new pods, or opens it, and leaves the action's id. As `done`."""
    return {**done(node, action_id), "spec": {"unschedulable": closed}}


def cordoned(node: Object) -> bool:
    """Whether the node takes no new pods."""
    return bool(node["spec"].get("unschedulable"))


def records(workload: Object, history: Iterable[Object]) -> tuple[Record, ...]:
    """The workload's revisions from its ReplicaSets or ControllerRevisions, in the order they were last rolled out.

    Their names are the image's tag and the hash that ends the object's name: unlike Kubernetes' own revision numbers
    these stay as they are when a revision is rolled back to. Templates that differ only by a restart are one revision,
    named by the latest, with the time of the first.
    """
    own = [entry for entry in history if owned(entry, {workload["metadata"]["uid"]})]
    found: dict[str, Record] = {}
    for entry in sorted(own, key=_number):
        template = _template(entry)
        key = _substance(template)
        made = epoch(entry["metadata"]["creationTimestamp"])
        if key in found:
            made = min(made, found.pop(key).revision.deployed_at)
        found[key] = Record(Revision(_name(entry, template), made, _images(template)), template)
    return tuple(found.values())


def current(workload: Object, known: Sequence[Record]) -> str:
    """The name of the revision that is wanted now; empty while the controller has not yet recorded it."""
    key = _substance(workload["spec"]["template"])
    return next((record.revision.name for record in known if _substance(record.template) == key), "")


def conditions(workload: Object) -> tuple[str, ...]:
    """What its controller says is wrong."""
    bad = {("ReplicaFailure", "True"), ("Progressing", "False")}
    return tuple(
        words(condition.get("reason", condition["type"]), condition.get("message", ""))
        for condition in status(workload).get("conditions") or ()
        if (condition["type"], condition["status"]) in bad
    )


def patch(action: Action, workload: Object, known: Sequence[Record], action_id: str, restarted_at: str) -> Object:
    """The strategic merge patch that does the action and leaves its id. It holds for this resourceVersion only.

    Raises:
        ActuatorError: the revision to roll back to is gone.
    """
    return {**done(workload, action_id), "spec": _spec(action, known, restarted_at)}


def owned(entry: Object, uids: set[str]) -> bool:
    """Whether one of these objects is its owner."""
    return any(owner["uid"] in uids for owner in entry["metadata"].get("ownerReferences", []))


def status(entry: Object) -> Any:
    """Its status; empty while it has none."""
    return entry.get("status") or {}


def words(reason: str, message: str) -> str:
    """A reason with its message on one line."""
    text = " ".join(message.split())[:200]
    return f"{reason}: {text}" if text else reason


def epoch(stamp: str | None) -> float:
    """A stamp in epoch seconds; 0 when there is none."""
    return datetime.fromisoformat(stamp).timestamp() if stamp else 0.0


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


def _share(value: int | str, whole: int, *, up: bool = False) -> int:
    """A number, or a percentage of the whole."""
    if isinstance(value, int):
        return value
    return (int(value.removesuffix("%")) * whole + (99 if up else 0)) // 100


def _held(entry: Object, annotations: Object) -> Object:
    return {"resourceVersion": entry["metadata"]["resourceVersion"], "annotations": annotations}


def _listed(entry: Object, annotation: str) -> tuple[str, ...]:
    text = (entry["metadata"].get("annotations") or {}).get(annotation, "")
    return tuple(filter(None, text.split(",")))


def _family(workload: Object, history: Iterable[Object]) -> Iterable[Object]:
    return (workload, *(entry for entry in history if owned(entry, {workload["metadata"]["uid"]})))


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


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
