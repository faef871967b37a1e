"""Acts on Deployments, StatefulSets and DaemonSets by patching them.

Options of a target: `namespace` and `workload` ("deployment/checkout"); `kubeconfig`, a path, and `context` choose the
cluster, else it is the one Steward runs in, the one of KUBECONFIG or of ~/.kube/config.

Drift: a plan holds for one workload with one pod template, and a plan to scale for one number of replicas. Every patch
carries the resourceVersion just read, so that nothing can come between the look and the change; where only a status or
an autoscaler came between, it looks again. The action's id is written as an annotation by the same patch.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from actions import kubernetes_read as read
from actions.draft import draft
from actions.kubernetes_api import Api, KubernetesOptions, Place, place_of
from actions.model import Action, ActuatorError, Answer, DriftedError, Plan, State, Target, Verb

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at a workload and what belongs to it."""

    workload: read.Object
    history: list[read.Object]
    records: tuple[read.Record, ...]
    state: State


class KubernetesActuator:
    """The actuator of kind `kubernetes`. `now` gives epoch seconds."""

    Options: ClassVar[type[KubernetesOptions]] = KubernetesOptions
    verbs: ClassVar[tuple[Verb, ...]] = ("restart", "scale", "rollback")

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._api = Api()

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the workload cannot be read or, tried as a dry run, not be patched."""
        place = place_of(target)
        await self._look(place)
        await self._api.patch(place, {"metadata": {"annotations": {}}}, dry_run=True)

    async def state(self, target: Target) -> State:
        """The workload's state, with the problems of its pods."""
        return (await self._look(place_of(target))).state

    async def plan(self, action: Action) -> Plan:
        """The dry run, which the cluster judges too: missing rights and admission rules show here."""
        place = place_of(action.target)
        seen = await self._look(place)
        verbs = tuple(verb for verb in self.verbs if verb != "scale") if place.kind == "daemonset" else self.verbs
        if seen.workload["spec"].get("paused") and action.verb != "scale":
            raise ActuatorError(f"{place} is paused, so nothing would happen: resume its rollout first")
        plan = draft(action, seen.state, verbs)
        await self._api.patch(place, self._body(action, seen, "dry-run"), dry_run=True)
        return plan

    async def run(self, plan: Plan, action_id: str) -> None:
        """Patches the workload, once, if it still is what the plan was made for."""
        place = place_of(plan.action.target)
        for _ in range(ATTEMPTS):
            seen = await self._look(place)
            if read.was_done(action_id, seen.workload, seen.history):
                return
            _refuse_drift(plan, seen.state, place)
            if await self._api.patch(place, self._body(plan.action, seen, action_id)):
                return
        raise ActuatorError(f"{place} changed under each of {ATTEMPTS} attempts, nothing was done: try again")

    async def probe(self, target: Target, action_id: str) -> Answer:
        """`done` when the action's id is there: it came with the change in one patch."""
        place = place_of(target)
        workload = await self._api.workload(place)
        history = await self._api.history(place, workload)
        return "done" if read.was_done(action_id, workload, history) else "not_done"

    async def close(self) -> None:
        """Closes the connections."""
        await self._api.close()

    async def _look(self, place: Place) -> _Seen:
        workload = await self._api.workload(place)
        history = await self._api.history(place, workload)
        pods = read.pods_of(workload, history, await self._api.pods(place, workload))
        records = read.records(workload, history)
        state = State(
            replicas=read.replicas(workload),
            ready=read.ready(workload),
            revision=read.current(workload, records),
            revisions=tuple(record.revision for record in records),
            version=read.version(workload),
            problems=read.problems(workload, pods, self._now()),
            restarts=read.restarts(pods),
        )
        return _Seen(workload, history, records, state)

    def _body(self, action: Action, seen: _Seen, action_id: str) -> read.Object:
        restarted_at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds")
        return read.patch(action, seen.workload, seen.records, action_id, restarted_at)


def _refuse_drift(plan: Plan, state: State, place: Place) -> None:
    """A change of the pod template is drift; of the replicas, only for a plan to scale (its inverse knows how many)."""
    if state.version != plan.version:
        raise DriftedError(f"{place} was deployed or restarted since the plan was made: make a new plan")
    if plan.action.verb == "scale" and plan.inverse and plan.inverse.replicas != state.replicas:
        raise DriftedError(
            f"{place} has {state.replicas} replicas, the plan was made at {plan.inverse.replicas}: make a new plan"
        )
