"""As much of an API server as the kubernetes actuator needs: a workload with two pods on two nodes."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from actions.kubernetes import KubernetesActuator
from actions.model import Target
from tests.unit.actions.answering import answering, hang_up
from tests.unit.actions.test_kubernetes_api import kubeconfig

# 2026-11-20T10:00:00Z
NOW = 1_795_168_800.0
BUDGET = {"causes": [{"reason": "DisruptionBudget", "message": "The disruption budget shop needs 2 healthy pods"}]}


def workload() -> dict[str, Any]:
    pod = {"metadata": {"labels": {"app": "checkout"}}, "spec": {"containers": [{"name": "app", "image": "shop:v2"}]}}
    return {
        "metadata": {"name": "checkout", "uid": "u1", "resourceVersion": "1", "generation": 1, "annotations": {}},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "checkout"}}, "template": pod},
        "status": {"observedGeneration": 1, "readyReplicas": 2, "updatedReplicas": 2},
    }


def pod(name: str, node: str, owner: str = "u1") -> dict[str, Any]:
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    metadata: dict[str, Any] = {"name": name, "uid": f"uid-{name}", "ownerReferences": [{"uid": owner}]}
    return {"metadata": metadata, "spec": {"nodeName": node}, "status": status}


def node(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": "1", "annotations": {}}, "spec": {}}


@dataclass
class Cluster:
    """The objects, and what was done to them.

    between: done before each real patch is judged.
    patches, tried: the bodies of real patches of the workload, and of dry runs.
    evicted: the UIDs of the pods that were let go.
    forbidden: `create pods/eviction`, `patch nodes` ...; budget: whether one refuses every eviction.
    """

    object: dict[str, Any] = field(default_factory=workload)
    pods: list[dict[str, Any]] = field(default_factory=lambda: [pod("checkout-a", "n1"), pod("checkout-b", "n2")])
    nodes: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: node(name) for name in ("n1", "n2")})
    between: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)
    patches: list[dict[str, Any]] = field(default_factory=list)
    tried: list[dict[str, Any]] = field(default_factory=list)
    evicted: list[str] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    budget: bool = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        last = request.path.rpartition("/")[2]
        body = await request.json() if request.can_read_body else {}
        dry = request.query.get("dryRun") == "All"
        match request.method, last:
            case "GET", "checkout":
                return web.json_response(self.object)
            case "GET", "pods":
                return web.json_response({"items": self.pods, "metadata": {}})
            case "POST", "eviction":
                return self.evict(body, dry=dry)
            case "POST", "selfsubjectaccessreviews":
                return web.json_response({"status": {"allowed": self.right(body) not in self.forbidden}})
            case method, name if "/nodes/" in request.path:
                return self.node(method, name, body, dry=dry)
            case "PATCH", "checkout":
                return self.patch(body, dry=dry)
        return web.json_response({"items": [], "metadata": {}})

    def right(self, review: dict[str, Any]) -> str:
        asked = review["spec"]["resourceAttributes"]
        return f"{asked['verb']} {asked['resource']}" + (f"/{asked['subresource']}" if asked["subresource"] else "")

    def evict(self, body: dict[str, Any], *, dry: bool) -> web.Response:
        if "create pods/eviction" in self.forbidden:
            return failed(403, "pods is forbidden")
        if self.budget:
            return failed(429, "Cannot evict pod", BUDGET)
        found = [one for one in self.pods if one["metadata"]["name"] == body["metadata"]["name"]]
        if not found:
            return failed(404, "not found")
        if found[0]["metadata"]["uid"] != body["deleteOptions"]["preconditions"]["uid"]:
            return failed(409, "the UID in the precondition does not match")
        if not dry:
            self.evicted.append(found[0]["metadata"]["uid"])
            found[0]["metadata"]["deletionTimestamp"] = "2026-11-20T10:00:30Z"
        return web.json_response({"kind": "Status", "status": "Success"}, status=201)

    def node(self, method: str, name: str, body: dict[str, Any], *, dry: bool) -> web.Response:
        if f"{method.lower()} nodes" in self.forbidden:
            return failed(403, "nodes is forbidden")
        if name not in self.nodes:
            return failed(404, "not found")
        found = self.nodes[name]
        if method == "PATCH" and not dry:
            if body["metadata"]["resourceVersion"] != found["metadata"]["resourceVersion"]:
                return failed(409, "modified")
            found["metadata"]["annotations"].update(body["metadata"]["annotations"])
            found["metadata"]["resourceVersion"] += "1"
            found["spec"].update(body["spec"])
        return web.json_response(found)

    def patch(self, body: dict[str, Any], *, dry: bool) -> web.Response:
        if dry:
            self.tried.append(body)
            return web.json_response(self.object)
        if self.between:
            self.between.pop(0)(self.object)
            self.bump()
        if body["metadata"]["resourceVersion"] != self.object["metadata"]["resourceVersion"]:
            return failed(409, "modified")
        self.patches.append(body)
        self.object["metadata"]["annotations"].update(body["metadata"]["annotations"])
        self.bump()
        return web.json_response(self.object)

    def bump(self) -> None:
        self.object["metadata"]["resourceVersion"] += "1"


def failed(code: int, message: str, details: dict[str, Any] | None = None) -> web.Response:
    body = {"kind": "Status", "status": "Failure", "code": code, "message": message, "details": details or {}}
    return web.json_response(body, status=code)


@dataclass
class Killed:
    """Stands before the cluster: lets `left` writes through, then answers nothing any more.

    after: whether the first write that is not answered is done nevertheless.
    """

    cluster: Cluster
    left: int
    after: bool

    async def handle(self, request: web.Request) -> web.StreamResponse:
        writes = request.method != "GET" and "dryRun" not in request.query
        if self.left > 0 or (self.left == 0 and not writes):
            self.left -= writes
            return await self.cluster.handle(request)
        if self.left == 0 and self.after:
            await self.cluster.handle(request)
        self.left = -1
        return await hang_up(request)


@asynccontextmanager
async def acting(
    cluster: Cluster | Killed, folder: Path, kind: str = "deployment", **options: str
) -> AsyncIterator[tuple[KubernetesActuator, Target]]:
    async with answering(cluster.handle) as port:
        place = {"namespace": "shop", "workload": f"{kind}/checkout", "kubeconfig": kubeconfig(folder, port)}
        actuator = KubernetesActuator(now=lambda: NOW)
        try:
            yield actuator, Target("kubernetes", "checkout", {**place, **options})
        finally:
            await actuator.close()
