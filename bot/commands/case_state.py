"""What the workload objects of a case say of each service: state.json, as the Kubernetes API gives them."""

from collections.abc import Iterable, Iterator
from typing import Any

from actions.kubernetes_pods import problems
from actions.kubernetes_read import Object, conditions, current, ready, records, replicas
from bot.commands.case_files import Case
from bot.domain.errors import StewardError
from bot.domain.ranking import Clue
from bot.domain.words import duration

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
HISTORY = ("ReplicaSet", "ControllerRevision")
LABELS = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app", "service", "name")
GRAVE = (
    "CrashLoopBackOff",
    "OOMKilled",
    "ImagePullBackOff",
    "ErrImagePull",
    "Unschedulable",
    "CreateContainer",
    "RunContainer",
)
RECENT = 3600.0
"""Seconds before the start within which a new revision may be the cause."""
LATE = 60.0


def broken(case: Case) -> list[Clue]:
    """A clue for each thing that is wrong with a workload, and for each that was rolled out shortly before the start.

    Raises:
        StewardError: an object is not as the Kubernetes API gives it.
    """
    found = list(_objects(case.state))
    services = {service for service, _ in case.metrics.names} | {line.service for line in case.lines}
    services |= {*case.topology.calls, *(callee for callees in case.topology.calls.values() for callee in callees)}
    out: list[Clue] = []
    for thing in found:
        if thing.get("kind") not in (*WORKLOADS, "Pod"):
            continue
        try:
            name = _service(thing, services)
            out += _pod(name, thing, case) if thing["kind"] == "Pod" else _workload(name, thing, found, case)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError):
            raise StewardError(
                f"{case.folder / 'state.json'}: {_called(thing)} is not as the Kubernetes API gives it: "
                "write what `kubectl get deployments,replicasets,pods -o json` prints"
            ) from None
    return out


def _objects(given: object, kind: str = "") -> Iterator[Object]:
    """All objects in a list, in a List of Kubernetes', or under any keys; items of a PodList are pods."""
    if isinstance(given, list):
        for one in given:
            yield from _objects(one, kind)
    elif isinstance(given, dict):
        own = str(given.get("kind") or kind)
        if "metadata" in given and not own.endswith("List"):
            yield {**given, "kind": own}
        elif "items" in given:
            yield from _objects(given["items"], own.removesuffix("List"))
        else:
            for one in given.values():
                yield from _objects(one, kind)


def _service(thing: Object, services: set[str]) -> str:
    """The service that an object belongs to: by its name, by its labels, or as the longest beginning of its name."""
    metadata = thing["metadata"]
    name = str(metadata["name"])
    labels = metadata.get("labels") or {}
    told = [name, *(str(labels[label]) for label in LABELS if label in labels)]
    if known := next((one for one in told if one in services), None):
        return known
    begun = [service for service in services if name.startswith(f"{service}-")]
    if begun:
        return max(begun, key=len)
    return told[1] if len(told) > 1 else name


def _pod(service: str, pod: Object, case: Case) -> Iterator[Clue]:
    for told in problems([pod], float(case.metrics.times[-1])):
        yield Clue(
            service, "state", 1.0 if told.startswith(GRAVE) else 0.6, f"pod {pod['metadata']['name']}: {told}"[:200]
        )


def _workload(service: str, thing: Object, found: Iterable[Object], case: Case) -> Iterator[Clue]:
    for told in conditions(thing):
        yield Clue(service, "state", 0.6, told[:200])
    wanted, up = replicas(thing), ready(thing)
    if up < wanted:
        yield Clue(service, "state", 0.8 if up == 0 else 0.6, f"{up} of {wanted} instances are ready")
    history = [one for one in found if one.get("kind") in HISTORY]
    known = records(thing, history)
    now = current(thing, known)
    for record in known:
        age = case.start - record.revision.deployed_at
        if record.revision.name == now and len(known) > 1 and -LATE <= age <= RECENT:
            told = f"rolled out {duration(max(age, 0.0))} before the start: {record.revision.name}"
            yield Clue(service, "deployment", 1.0 - max(age, 0.0) / (2 * RECENT), told)


def _called(thing: Object) -> str:
    metadata: Any = thing.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"{thing.get('kind')} {str(name or 'without a name')[:60]}"
