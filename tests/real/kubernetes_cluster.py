"""A namespace of our own in the cluster that STEWARD_TEST_KUBECONFIG names (an administrator's kubeconfig).

Pods must be run by something: a real kubelet, or a stand-in that makes them Running. Images need not exist there.
"""

import json
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml
from lightkube import KubeConfig
from lightkube.config import client_adapter

from actions.model import Target
from tests.real.need import need

ENVIRONMENT = "STEWARD_TEST_KUBECONFIG"
DEPLOY = Path(__file__).parents[2] / "deploy/kubernetes"
ROLE = DEPLOY / "role.yaml"
CORDON = DEPLOY / "cordon.yaml"
_RIGHTS = "/apis/rbac.authorization.k8s.io/v1"
KINDS = {"deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}
STRATEGIC = "application/strategic-merge-patch+json"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One namespace, the administrator's client and kubeconfig, and the kubeconfig of an account bound to role.yaml."""

    namespace: str
    http: httpx2.AsyncClient
    admin: Path
    steward: Path

    def target(self, workload: str, kubeconfig: Path | None = None, **more: str) -> Target:
        """A target as the config would name it, reached with role.yaml's rights unless told otherwise."""
        here = {"namespace": self.namespace, "workload": workload, "kubeconfig": str(kubeconfig or self.steward)}
        options = {**here, **more}
        return Target("kubernetes", workload.rpartition("/")[2], options)

    async def deploy(self, workload: str, image: str, replicas: int = 2) -> None:
        """Makes a workload (`deployment/checkout`) of one container."""
        kind, _, name = workload.partition("/")
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": image}]}}
        spec: dict[str, Any] = {"selector": {"matchLabels": labels}, "template": template}
        spec |= {} if kind == "daemonset" else {"replicas": replicas}
        spec |= {"serviceName": name} if kind == "statefulset" else {}
        body = {"apiVersion": "apps/v1", "kind": KINDS[kind], "metadata": {"name": name}, "spec": spec}
        await call(self.http, "POST", self._path(kind), body)

    async def look(self, workload: str) -> Any:
        """The workload's object."""
        return await call(self.http, "GET", self._path(workload))

    async def patch(self, workload: str, body: Mapping[str, Any]) -> None:
        """Changes the workload, as somebody else would."""
        await call(self.http, "PATCH", self._path(workload), body)

    async def set_image(self, workload: str, image: str) -> None:
        """Rolls out another image."""
        pod = {"spec": {"containers": [{"name": "app", "image": image}]}}
        await self.patch(workload, {"spec": {"template": pod}})

    async def pods(self) -> dict[str, Any]:
        """The namespace's pods by UID, without those that are on their way out."""
        found = await call(self.http, "GET", f"/api/v1/namespaces/{self.namespace}/pods")
        here = (pod for pod in found["items"] if "deletionTimestamp" not in pod["metadata"])
        return {pod["metadata"]["uid"]: pod for pod in here}

    @asynccontextmanager
    async def may_cordon(self) -> AsyncIterator[None]:
        """Applies cordon.yaml as it is shipped, under a name of this namespace's own, and takes it away."""
        made = []
        try:
            for entry in yaml.safe_load_all(CORDON.read_text()):
                name = f"{self.namespace}-{entry['metadata']['name']}"
                entry["metadata"]["name"] = name
                if "roleRef" in entry:
                    entry["roleRef"]["name"] = name
                for subject in entry.get("subjects", ()):
                    subject["namespace"] = self.namespace
                plural = f"{_RIGHTS}/{entry['kind'].lower()}s"
                await call(self.http, "POST", plural, entry)
                made.append(f"{plural}/{name}")
            yield
        finally:
            for path in made:
                await call(self.http, "DELETE", path)

    async def account(self, name: str) -> Path:
        """A kubeconfig of a new service account without any rights."""
        return await _account(self.http, self.namespace, name, self.admin, self.steward.parent)

    def unreachable(self) -> Path:
        """A kubeconfig of a cluster where nothing answers."""
        config = yaml.safe_load(self.steward.read_text())
        config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
        path = self.steward.with_name("unreachable.kubeconfig")
        path.write_text(yaml.safe_dump(config))
        return path

    def _path(self, workload: str) -> str:
        kind, _, name = workload.partition("/")
        return f"/apis/apps/v1/namespaces/{self.namespace}/{kind}s" + (f"/{name}" if name else "")


@asynccontextmanager
async def kubernetes_cluster() -> AsyncIterator[Cluster]:
    """Makes a namespace with role.yaml applied as it is shipped, and takes it away."""
    named = os.environ.get(ENVIRONMENT)
    need(named, f"no Kubernetes: set {ENVIRONMENT} to an administrator's kubeconfig of a test cluster")
    admin = Path(str(named))
    config = KubeConfig.from_file(admin).get()
    assert config
    namespace = f"steward-test-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="steward-k8s-") as folder:
        async with client_adapter.AsyncClient(config, client_adapter.ConnectionParams()) as http:
            metadata = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
            await call(http, "POST", "/api/v1/namespaces", metadata)
            try:
                steward = await _account(http, namespace, "steward", admin, Path(folder))
                await _apply_role(http, namespace)
                yield Cluster(namespace, http, admin, steward)
            finally:
                await call(http, "DELETE", f"/api/v1/namespaces/{namespace}")


async def call(http: httpx2.AsyncClient, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Asks the API as the administrator."""
    headers = {"Content-Type": STRATEGIC if method == "PATCH" else "application/json"}
    answer = await http.request(method, path, content=None if body is None else json.dumps(body), headers=headers)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def _apply_role(http: httpx2.AsyncClient, namespace: str) -> None:
    for entry in yaml.safe_load_all(ROLE.read_text()):
        for subject in entry.get("subjects", ()):
            subject["namespace"] = namespace
        plural = f"{entry['kind'].lower()}s"
        await call(http, "POST", f"{_RIGHTS}/namespaces/{namespace}/{plural}", entry)


async def _account(http: httpx2.AsyncClient, namespace: str, name: str, admin: Path, folder: Path) -> Path:
    accounts = f"/api/v1/namespaces/{namespace}/serviceaccounts"
    await call(http, "POST", accounts, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}})
    wish = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    token = (await call(http, "POST", f"{accounts}/{name}/token", wish))["status"]["token"]
    path = folder / f"{name}.kubeconfig"
    _write_kubeconfig(path, admin, name, token)
    return path


def _write_kubeconfig(path: Path, admin: Path, name: str, token: str) -> None:
    """The administrator's kubeconfig with another user in it."""
    config = yaml.safe_load(admin.read_text())
    chosen = next(entry for entry in config["contexts"] if entry["name"] == config["current-context"])
    chosen["context"]["user"] = name
    config["users"] = [{"name": name, "user": {"token": token}}]
    path.write_text(yaml.safe_dump(config))
