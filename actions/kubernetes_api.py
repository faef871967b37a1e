"""The few calls to the Kubernetes API that acting needs, each with its failure in words."""

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

import httpx2
import yaml
from lightkube import AsyncClient, KubeConfig
from lightkube.core.exceptions import ConfigError
from lightkube.generic_resource import GenericNamespacedResource, create_api_info
from lightkube.types import PatchType
from pydantic import AfterValidator

from actions.kubernetes_read import Object
from actions.model import ActuatorError, Target
from actions.options import TargetOptions, Text, options_of

TIMEOUT = 15.0
# What lightkube raises beside its own errors: for a bad kubeconfig, and for an answer that is not Kubernetes'.
_BAD_CONFIG = (ConfigError, OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError)
_TROUBLE = (httpx2.HTTPError, ConfigError, ValueError, KeyError, TypeError, OSError)
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol, ConfigError)


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


def _workload(value: str) -> str:
    if not re.fullmatch(rf"({'|'.join(_WORKLOADS)})/[a-z0-9]([a-z0-9.-]*[a-z0-9])?", value, re.IGNORECASE):
        raise ValueError(f"{value!r} is no workload: write deployment/NAME, statefulset/NAME or daemonset/NAME")
    return value


class KubernetesOptions(TargetOptions):
    """`workload`: kind and name; without `kubeconfig` and `context` the cluster is found as kubectl finds it."""

    namespace: Text
    workload: Annotated[str, AfterValidator(_workload)]
    kubeconfig: str = ""
    context: str = ""


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

    field_manager: ClassVar[str] = "steward"

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str], AsyncClient] = {}

    async def workload(self, place: Place) -> Object:
        """The workload's object."""
        kind = _WORKLOADS[place.kind]
        try:
            found: Object = await self._client(place).get(kind, place.name, namespace=place.namespace)
            _ = found["metadata"]["uid"], found["spec"]["template"], found["spec"]["selector"]  # or it is no workload
        except _TROUBLE as error:
            raise _said(error, place, f"get {place.kind}s") from None
        return found

    async def history(self, place: Place, workload: Object) -> list[Object]:
        """The ReplicaSets of a Deployment's namespace, or the ControllerRevisions, that its selector finds."""
        kind = _REPLICA_SET if place.kind == "deployment" else _CONTROLLER_REVISION
        return await self._list(place, kind, workload)

    async def pods(self, place: Place, workload: Object) -> list[Object]:
        """The pods that the workload's selector finds."""
        return await self._list(place, _POD, workload)

    async def patch(self, place: Place, body: Object, *, dry_run: bool = False) -> bool:
        """Patches the workload; False when it is no longer at the body's resourceVersion."""
        try:
            await self._client(place).patch(
                _WORKLOADS[place.kind],
                place.name,
                dict(body),
                namespace=place.namespace,
                patch_type=PatchType.STRATEGIC,
                field_manager=self.field_manager,
                dry_run=dry_run,
            )
        except _TROUBLE as error:
            code, words = _answer(error)
            if code == 409:
                return False
            if dry_run and code == 400 and "dry run" in words:
                return True  # an admission webhook with side effects cannot be asked; the real patch will tell
            raise _said(error, place, f"patch {place.kind}s", writes=not dry_run) from None
        return True

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
        except _TROUBLE as error:
            raise _said(error, place, f"list {kind.__name__.lower()}s") from None

    def _client(self, place: Place) -> AsyncClient:
        key = (place.kubeconfig, place.context)
        if key not in self._clients:
            try:
                config = KubeConfig.from_file(place.kubeconfig) if place.kubeconfig else KubeConfig.from_env()
                chosen = config.get(place.context or None)
                self._clients[key] = AsyncClient(chosen, timeout=httpx2.Timeout(TIMEOUT))
            except _BAD_CONFIG as error:
                raise ActuatorError(
                    f"cannot use the kubeconfig for {place} ({_short(error)}): check the path and context"
                ) from None
        return self._clients[key]


def _said(error: Exception, place: Place, doing: str, *, writes: bool = False) -> ActuatorError:
    """The failure as one line with its mend. A write that was sent and not clearly refused may have had its effect."""
    code, words = _answer(error)
    if code:
        line, lost = _refused(code, words, place, doing), code >= 500
    else:
        line = f"no usable answer from Kubernetes to {doing} ({place}): {_short(error)}; is it up?"
        lost = not isinstance(error, _NOT_SENT)
    return ActuatorError(line, "unknown" if lost and writes else "none")


def _answer(error: Exception) -> tuple[int, str]:
    """The HTTP status and what the server said with it; 0 when there was no such answer."""
    if not isinstance(error, httpx2.HTTPStatusError):
        return 0, ""
    try:
        body = error.response.json()
    except ValueError:
        body = None
    message = body.get("message") if isinstance(body, dict) else ""
    return error.response.status_code, " ".join(str(message or "").split())[:300]


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _refused(code: int, words: str, place: Place, doing: str) -> str:
    match code:
        case 401:
            return f"Kubernetes does not know Steward's credentials ({doing}, {place}): renew those in its kubeconfig"
        case 403:
            return f"may not {doing} ({place}): add it to Steward's Role, see deploy/kubernetes/role.yaml; {words}"
        case 404:
            return f"no {place}: check services.*.target and the cluster; {words}"
        case 422 | 400:
            return f"Kubernetes finds the change of {place} invalid: {words}"
        case 429:
            return f"Kubernetes is too busy to {doing} ({place}): try again later"
    return f"Kubernetes could not {doing} ({place}), answer {code}: {words}"
