"""Acts on Deployments, StatefulSets and DaemonSets by patching them; evicts their pods and cordons nodes.

Options of a target: `namespace` and `workload` ("deployment/checkout"); `kubeconfig`, a path, and `context` choose the
cluster, else it is the one Steward runs in, the one of KUBECONFIG or of ~/.kube/config; `cordon` allows to close nodes.

Drift: a plan holds for one workload with one pod template, and a plan to scale for one number of replicas. Every patch
carries the resourceVersion just read, so that nothing can come between the look and the change; where only a status or
an autoscaler came between, it looks again. The action's id is written as an annotation by the same patch. What is done
beside the workload, to one pod or one node, is in kubernetes_isolate.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from actions import kubernetes_isolate as isolate
from actions import kubernetes_read as read
from actions.draft import draft
from actions.kubernetes_api import ATTEMPTS, Api, KubernetesOptions, Place, place_of
from actions.kubernetes_errors import CORDON
from actions.kubernetes_look import Seen, look
from actions.model import Action, ActuatorError, Answer, DriftedError, Plan, State, Target, Verb
from actions.options import options_of

PAUSE = 0.1
"""Seconds before the second attempt; twice as long before each further one."""


class KubernetesActuator:
    """The actuator of kind `kubernetes`. `now` gives epoch seconds."""

    Options: ClassVar[type[KubernetesOptions]] = KubernetesOptions
    verbs: ClassVar[tuple[Verb, ...]] = ("restart", "scale", "rollback", "evict", "cordon", "uncordon")

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._api = Api()

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the workload cannot be read or a right is missing for what the target offers."""
        place, verbs = place_of(target), options_of(target, KubernetesOptions).verbs
        await self._look(place)
        await self._api.patch(place, {"metadata": {"annotations": {}}}, dry_run=True)
        if "evict" in verbs:
            await self._api.need(place, "create", "pods/eviction")
        if "cordon" in verbs:
            await self._api.need(place, "get", "nodes", CORDON)
            await self._api.need(place, "patch", "nodes", CORDON)

    async def state(self, target: Target) -> State:
        """The workload's state, with its pods and their problems."""
        return (await self._look(place_of(target))).state

    async def plan(self, action: Action) -> Plan:
        """The dry run, which the cluster judges too: missing rights and admission rules show here."""
        place = place_of(action.target)
        seen = await self._look(place)
        if aside := _aside(action, self._api, place, seen):
            return await aside.plan(action)
        if seen.workload["spec"].get("paused") and action.verb != "scale":
            raise ActuatorError(f"{place} is paused, so nothing would happen: resume its rollout first")
        plan = draft(action, seen.state, options_of(action.target, KubernetesOptions).verbs)
        await self._api.patch(place, self._body(action, seen, "dry-run"), dry_run=True)
        return plan

    async def run(self, plan: Plan, action_id: str) -> None:
        """Does it, once, if the workload, the pod or the node still is what the plan was made for."""
        place = place_of(plan.action.target)
        for attempt in range(ATTEMPTS):
            seen = await self._look(place)
            if seen.was_done(action_id) or await self._attempt(plan, action_id, place, seen):
                return
            await asyncio.sleep(PAUSE * 2**attempt)  # a controller that writes status after status needs a moment
        raise ActuatorError(f"{place} changed under each of {ATTEMPTS} attempts, nothing was done: try again")

    async def probe(self, target: Target, action_id: str) -> Answer:
        """`done` when the action's id is there: it came with the change in one patch, or right after an eviction."""
        place = place_of(target)
        return await isolate.probe(self._api, place, await self._look(place), action_id)

    async def close(self) -> None:
        """Closes the connections."""
        await self._api.close()

    async def _look(self, place: Place) -> Seen:
        return await look(self._api, place, self._now())

    async def _attempt(self, plan: Plan, action_id: str, place: Place, seen: Seen) -> bool:
        """One try; False when something came between the look and the change."""
        if aside := _aside(plan.action, self._api, place, seen):
            return await aside.attempt(plan, action_id)
        _refuse_drift(plan, seen.state, place)
        return await self._api.patch(place, self._body(plan.action, seen, action_id))

    def _body(self, action: Action, seen: Seen, action_id: str) -> read.Object:
        restarted_at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds")
        return read.patch(action, seen.workload, seen.records, action_id, restarted_at)


def _aside(action: Action, api: Api, place: Place, seen: Seen) -> isolate.Eviction | isolate.Cordon | None:
    """How to do what is not done by a patch of the workload."""
    match action.verb:
        case "evict":
            return isolate.Eviction(api, place, seen)
        case "cordon" | "uncordon":
            return isolate.Cordon(api, place, seen)
        case _:
            return None


def _refuse_drift(plan: Plan, state: State, place: Place) -> None:
    """A change of the pod template is drift; of the replicas, only for a plan to scale (its inverse knows how many)."""
    if state.version != plan.version:
        raise DriftedError(f"{place} was deployed or restarted since the plan was made: make a new plan")
    if plan.action.verb == "scale" and plan.inverse and plan.inverse.replicas != state.replicas:
        raise DriftedError(
            f"{place} has {state.replicas} replicas, the plan was made at {plan.inverse.replicas}: make a new plan"
        )
