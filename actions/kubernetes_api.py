"""The few calls to the Kubernetes API that acting needs, each with its failure in words."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated, Any

import httpx2
import yaml
from lightkube import AsyncClient, KubeConfig
from lightkube.core.exceptions import ConfigError
from lightkube.core.resource import ApiInfo, NamespacedSubResource, ResourceDef
from lightkube.generic_resource import Generic, GenericGlobalResource, GenericNamespacedResource, create_api_info
from pydantic import AfterValidator

from actions.kubernetes_errors import CORDON, ROLE, TROUBLE, answer, budget, said, short
from actions.kubernetes_read import Object
from actions.model import ActuatorError, Target, Verb
from actions.options import TargetOptions, Text, options_of

TIMEOUT = 15.0
ATTEMPTS = 5
"""How often an action looks again when somebody else's change came between its look and its own."""
FIELD_MANAGER = "steward"
# What lightkube raises beside its own errors for a bad kubeconfig.
_BAD_CONFIG = (ConfigError, OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError)


def _resource(group: str, kind: str, plural: str) -> type[GenericNamespacedResource]:
    """The kind as plain JSON: what this client does not know of a pod template must survive a rollback."""
    return type(kind, (GenericNamespacedResource,), {"_api_info": create_api_info(group, "v1", kind, plural)})


_POD = _resource("", "Pod", "pods")
_REPLICA_SET = _resource("apps", "ReplicaSet", "replicasets")
_CONTROLLER_REVISION = _resource("apps", "ControllerRevision", "controllerrevisions")
_WORKLOADS = {
    "deployment": _resource("apps", "Deployment", "deployments"),
    "statefulset": _resource("apps", "StatefulSet", "statefulsets"),
    "daemonset": _resource("apps", "DaemonSet", "daemonsets"),
}


_NODE = type("Node", (GenericGlobalResource,), {"_api_info": create_api_info("", "v1", "Node", "nodes")})
_REVIEWS = create_api_info("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews")
_REVIEW = type("SelfSubjectAccessReview", (GenericGlobalResource,), {"_api_info": _REVIEWS})
# It names no version, so every server takes it for its own: policy/v1 since Kubernetes 1.22, before that v1beta1.
_EVICTIONS = ApiInfo(ResourceDef("", "", ""), "pods", ["post"], ResourceDef("", "v1", "Pod"), "eviction")
_EVICTION: Any = type("Eviction", (NamespacedSubResource, Generic), {"_api_info": _EVICTIONS})


def _workload(value: str) -> str:
    if not re.fullmatch(rf"({'|'.join(_WORKLOADS)})/[a-z0-9]([a-z0-9.-]*[a-z0-9])?", value, re.IGNORECASE):
        raise ValueError(f"{value!r} is no workload: write deployment/NAME, statefulset/NAME or daemonset/NAME")
    return value


class KubernetesOptions(TargetOptions):
    """`workload`: kind and name; without `kubeconfig` and `context` the cluster is found as kubectl finds it.

    cordon: whether nodes may be cordoned for this workload; that takes a right on the whole cluster.
    """

    namespace: Text
    workload: Annotated[str, AfterValidator(_workload)]
    kubeconfig: str = ""
    context: str = ""
    cordon: bool = False

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What can be done to such a workload. A DaemonSet has one pod on each node, which comes back where it was."""
        moves: tuple[Verb, ...] = ("restart", "scale", "rollback", "evict")
        here = ("restart", "rollback") if self.workload.lower().startswith("daemonset/") else moves
        return (*here, "cordon", "uncordon") if self.cordon else here


@dataclass(frozen=True, slots=True)
class Place:
    """Where a workload is: the cluster's kubeconfig and context (empty for the defaults), namespace, kind and name."""

    kubeconfig: str
    context: str
    namespace: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name} in namespace {self.namespace}"


def place_of(target: Target) -> Place:
    """The place that a target's options name. Raises ActuatorError when they name none."""
    options = options_of(target, KubernetesOptions)
    kind, _, name = options.workload.partition("/")
    return Place(options.kubeconfig, options.context, options.namespace, kind.lower(), name)


class Api:
    """Clients of one or more clusters, made when first needed. Methods raise ActuatorError and nothing else."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str], AsyncClient] = {}

    async def workload(self, place: Place) -> Object:
        """The workload's object."""
        kind = _WORKLOADS[place.kind]
        try:
            found: Object = await self._client(place).get(kind, place.name, namespace=place.namespace)
            _ = found["metadata"]["uid"], found["spec"]["template"], found["spec"]["selector"]  # or it is no workload
        except TROUBLE as error:
            raise said(error, str(place), f"get {place.kind}s") from None
        return found

    async def history(self, place: Place, workload: Object) -> list[Object]:
        """The ReplicaSets of a Deployment's namespace, or the ControllerRevisions, that its selector finds."""
        kind = _REPLICA_SET if place.kind == "deployment" else _CONTROLLER_REVISION
        return await self._list(place, kind, workload)

    async def pods(self, place: Place, workload: Object) -> list[Object]:
        """The pods that the workload's selector finds."""
        return await self._list(place, _POD, workload)

    async def node(self, place: Place, name: str) -> Object | None:
        """The node's object; None when there is no such node."""
        try:
            found: Object = await self._client(place).get(_NODE, name)
            _ = found["metadata"]["uid"], found["spec"]  # or it is no node
        except TROUBLE as error:
            if answer(error)[0] == 404:
                return None
            raise said(error, f"node {name}", "get nodes", mend=CORDON) from None
        return found

    async def patch(self, place: Place, body: Object, *, dry_run: bool = False) -> bool:
        """Patches the workload; False when it is no longer at the body's resourceVersion."""
        kind, client = _WORKLOADS[place.kind], self._client(place)
        try:
            return await _landed(
                client.patch(kind, place.name, dict(body), namespace=place.namespace, dry_run=dry_run), dry_run=dry_run
            )
        except TROUBLE as error:
            raise said(error, str(place), f"patch {place.kind}s", writes=not dry_run) from None

    async def patch_node(self, place: Place, name: str, body: Object, *, dry_run: bool = False) -> bool:
        """Patches a node; False when it is no longer at the body's resourceVersion."""
        try:
            return await _landed(self._client(place).patch(_NODE, name, dict(body), dry_run=dry_run), dry_run=dry_run)
        except TROUBLE as error:
            raise said(error, f"node {name}", "patch nodes", writes=not dry_run, mend=CORDON) from None

    async def evict(self, place: Place, pod: str, uid: str, *, dry_run: bool = False) -> bool:
        """Asks the Eviction API to let exactly this pod go; False when it is gone, or another one has its name."""
        body = _EVICTION({"metadata": {"name": pod}, "deleteOptions": {"preconditions": {"uid": uid}}})
        try:
            return await _landed(
                self._client(place).create(body, pod, namespace=place.namespace, dry_run=dry_run), dry_run=dry_run
            )
        except TROUBLE as error:
            if answer(error)[0] == 404:
                return False
            if words := budget(error):
                raise ActuatorError(
                    f"cannot evict {pod} of {place} now: {words}; "
                    "wait until more of its pods are ready, or look at its PodDisruptionBudget"
                ) from None
            raise said(error, str(place), "create pods/eviction", writes=not dry_run) from None

    async def need(self, place: Place, verb: str, resource: str, mend: str = ROLE) -> None:
        """Raises ActuatorError when Steward may not do this to `pods/eviction` (in the namespace) or to `nodes`."""
        plural, _, part = resource.partition("/")
        asked = {"verb": verb, "resource": plural, "subresource": part, "namespace": place.namespace if part else ""}
        doing = "create selfsubjectaccessreviews"
        try:
            review = _REVIEW(spec={"resourceAttributes": asked})
            allowed = (await self._client(place).create(review))["status"]["allowed"]
        except TROUBLE as error:
            raise said(error, str(place), doing, mend="give it back: every account has it by default") from None
        if not allowed:
            raise ActuatorError(f"may not {verb} {resource} ({place}): {mend}")

    async def close(self) -> None:
        """Closes all clients."""
        while self._clients:
            _, client = self._clients.popitem()
            await client.close()

    async def _list(self, place: Place, kind: type[GenericNamespacedResource], workload: Object) -> list[Object]:
        labels = workload["spec"]["selector"].get("matchLabels") or None
        try:
            listing = self._client(place).list(kind, namespace=place.namespace, labels=labels)
            return [entry async for entry in listing]
        except TROUBLE as error:
            raise said(error, str(place), f"list {kind.__name__.lower()}s") from None

    def _client(self, place: Place) -> AsyncClient:
        key = (place.kubeconfig, place.context)
        if key not in self._clients:
            try:
                config = KubeConfig.from_file(place.kubeconfig) if place.kubeconfig else KubeConfig.from_env()
                chosen = config.get(place.context or None)
                self._clients[key] = AsyncClient(chosen, timeout=httpx2.Timeout(TIMEOUT), field_manager=FIELD_MANAGER)
            except _BAD_CONFIG as error:
                raise ActuatorError(
                    f"cannot use the kubeconfig for {place} ({short(error)}): check the path and context"
                ) from None
        return self._clients[key]


async def _landed(change: Awaitable[Any], *, dry_run: bool) -> bool:
    """Whether the change was taken; False when the object is not, or no longer, the one that it was meant for."""
    try:
        await change
    except httpx2.HTTPStatusError as error:
        code, words = answer(error)
        if code == 409:
            return False
        # An admission webhook with side effects cannot be asked; the real change will tell.
        if not (dry_run and code == 400 and "dry run" in words):
            raise
    return True
