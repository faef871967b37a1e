"""Moves one pod away, and closes a node for new pods: what is done beside the workload, not to it.

The action's id cannot come with the effect in one patch of the workload, so there are three steps:

1. the workload is annotated with the id and what it is meant for: a pod by its UID, a node by its name;
2. the effect: an eviction that holds for this UID only, or a patch of the node that holds for one resourceVersion and
   brings the id along as an annotation of the node;
3. the id joins those of the actions that were done to the workload.

A UID never comes back, so however often step 2 is tried, one pod goes, once. Whoever was killed leaves this behind:

* nothing on the workload: not done, because nothing happens before step 1;
* step 1 for a node: the node itself has the id or has it not, so done or not done; unknown when the node is gone;
* step 1 for a pod that is there and stays: not done;
* step 1 for a pod that goes or is gone: unknown. The eviction may have done it, or somebody else, a rollout, a node
  that failed: the cluster keeps no record of who asked, and a guess is not a truth;
* step 3: done.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from actions import kubernetes_read as read
from actions.draft import draft
from actions.kubernetes_api import ATTEMPTS, Api, KubernetesOptions, Place
from actions.kubernetes_look import Seen
from actions.model import Action, ActuatorError, Answer, DriftedError, Plan, describe
from actions.options import options_of


@dataclass(frozen=True, slots=True)
class Eviction:
    """Lets one pod go by the Eviction API, which keeps to the PodDisruptionBudgets."""

    api: Api
    place: Place
    seen: Seen

    async def plan(self, action: Action) -> Plan:
        """The dry run, which the cluster and its disruption budgets judge too."""
        verbs = options_of(action.target, KubernetesOptions).verbs
        if "evict" not in verbs:
            raise ActuatorError(
                f"cannot {describe(action)}: a pod of a DaemonSet comes back on the same node; restart it instead"
            )
        if any(pod["metadata"]["name"] == action.instance for pod in self.seen.strays):
            raise ActuatorError(
                f"cannot {describe(action)}: {self.place} does not own that pod, so it would not come back"
            )
        drafted = draft(action, self.seen.state, verbs)
        uid = self._uid(action)
        await self.api.patch(self.place, read.intend(f"pod/{uid}", self.seen.workload, "dry-run"), dry_run=True)
        await self.api.evict(self.place, str(action.instance), uid, dry_run=True)
        return replace(drafted, version=self._version(uid))

    async def attempt(self, plan: Plan, action_id: str) -> bool:
        """Does what is left to do; False when something came between and it must look again."""
        uid = plan.version.rpartition(":")[2]
        intended = self.seen.intended(action_id)
        if intended and not self.seen.pod(uid):
            raise ActuatorError(
                f"{plan.action.instance} of {self.place} has gone, and the cluster does not tell whether this eviction "
                "did it: look whether another one has taken its place",
                "unknown",
            )
        if self._version(self._uid(plan.action)) != plan.version:
            raise DriftedError(
                f"{plan.action.instance} has gone or {self.place} was deployed since the plan was made: make a new plan"
            )
        if not intended:
            body = read.intend(f"pod/{uid}", self.seen.workload, action_id)
            if not await self.api.patch(self.place, body):
                return False
        if not await self.api.evict(self.place, str(plan.action.instance), uid):
            return False
        await _mark(self.api, self.place, action_id)
        return True

    def answer(self, uid: str) -> Answer:
        """What the pod says of an eviction that was begun and not marked as done."""
        return "not_done" if self.seen.pod(uid) else "unknown"

    def _uid(self, action: Action) -> str:
        found = (pod["metadata"] for pod in self.seen.pods if pod["metadata"]["name"] == action.instance)
        return next((str(pod["uid"]) for pod in found if self.seen.pod(pod["uid"])), "")

    def _version(self, uid: str) -> str:
        return f"{self.seen.state.version}:{uid}"


@dataclass(frozen=True, slots=True)
class Cordon:
    """Closes a node for new pods, or opens it. What runs on it stays."""

    api: Api
    place: Place
    seen: Seen

    async def plan(self, action: Action) -> Plan:
        """The dry run, which the cluster judges too."""
        options = options_of(action.target, KubernetesOptions)
        if not options.cordon:
            raise ActuatorError(
                f"cannot {describe(action)}: its target does not allow it; apply deploy/kubernetes/cordon.yaml "
                f"and set services.{action.target.service}.target.cordon to true"
            )
        drafted = draft(action, self.seen.state, options.verbs)
        node = await self._node(action)
        if read.cordoned(node) == (action.verb == "cordon"):
            raise ActuatorError(f"cannot {describe(action)}: it is {action.verb}ed already")
        thing, closed = f"node/{action.instance}", action.verb == "cordon"
        await self.api.patch(self.place, read.intend(thing, self.seen.workload, "dry-run"), dry_run=True)
        body = read.cordon(node, "dry-run", closed=closed)
        await self.api.patch_node(self.place, str(action.instance), body, dry_run=True)
        return replace(drafted, version=self._version(node))

    async def attempt(self, plan: Plan, action_id: str) -> bool:
        """Does what is left to do; False when something came between and it must look again."""
        action, name = plan.action, str(plan.action.instance)
        node = await self._node(action)
        if action_id not in read.actions(node):
            if self._version(node) != plan.version:
                raise DriftedError(
                    f"node {name} was cordoned, uncordoned or replaced, or {self.place} was deployed, "
                    "since the plan was made: make a new plan"
                )
            if not self.seen.intended(action_id):
                body = read.intend(f"node/{name}", self.seen.workload, action_id)
                if not await self.api.patch(self.place, body):
                    return False
            body = read.cordon(node, action_id, closed=action.verb == "cordon")
            if not await self.api.patch_node(self.place, name, body):
                return False
        await _mark(self.api, self.place, action_id)
        return True

    async def answer(self, name: str, action_id: str) -> Answer:
        """What the node says of an action that was begun and not marked as done."""
        node = await self.api.node(self.place, name)
        if node is None:
            return "unknown"
        return "done" if action_id in read.actions(node) else "not_done"

    async def _node(self, action: Action) -> read.Object:
        node = await self.api.node(self.place, str(action.instance))
        if node is None:
            raise ActuatorError(f"cannot {describe(action)}: the cluster has no such node")
        return node

    def _version(self, node: read.Object) -> str:
        now = "cordoned" if read.cordoned(node) else "open"
        return f"{self.seen.state.version}:{node['metadata']['uid']}:{now}"


async def probe(api: Api, place: Place, seen: Seen, action_id: str) -> Answer:
    """Whether the action with this id had its effect, whatever its verb was."""
    if seen.was_done(action_id):
        return "done"
    kind, _, name = seen.intended(action_id).partition("/")
    match kind:
        case "pod":
            return Eviction(api, place, seen).answer(name)
        case "node":
            return await Cordon(api, place, seen).answer(name, action_id)
        case _:
            return "not_done"


async def _mark(api: Api, place: Place, action_id: str) -> None:
    """Step 3. The effect is there: when this fails the run is done nevertheless, and only a probe knows less."""
    with suppress(ActuatorError):
        for _ in range(ATTEMPTS):
            workload = await api.workload(place)
            if action_id in read.actions(workload) or await api.patch(place, read.done(workload, action_id)):
                return
