"""A proxy before the API server of a test cluster: somebody else comes between, or an answer is lost."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import yaml
from aiohttp import web
from lightkube import KubeConfig
from lightkube.config import client_adapter

from tests.real.kubernetes_cluster import Cluster
from tests.unit.actions.answering import answering, hang_up


async def _nobody() -> None:
    """Comes and does nothing."""


@dataclass
class Between:
    """What happens to the requests on their way. Looks and dry runs are no writes.

    meddle: what somebody else does before the first write.
    last: how many writes the server takes before nothing comes through any more; None for no end.
    lost: whether the answer to the last of these does not come through either.
    tried, landed: the writes that came, and those that the server took.
    """

    http: httpx2.AsyncClient
    meddle: Callable[[], Awaitable[None]] = _nobody
    last: int | None = None
    lost: bool = False
    tried: int = 0
    landed: int = 0
    cut: bool = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        writes = request.method != "GET" and "dryRun" not in request.query
        self.tried += writes
        if writes and self.tried == 1:
            await self.meddle()
        if self.cut or (writes and self.landed == self.last):
            self.cut = True
            return await hang_up(request)
        answer = await self._forward(request)
        self.landed += writes and answer.status < 300
        self.cut = writes and self.lost and self.landed == self.last
        return await hang_up(request) if self.cut else answer

    async def _forward(self, request: web.Request) -> web.Response:
        headers = {"Content-Type": request.content_type}
        answer = await self.http.request(request.method, request.path_qs, content=await request.read(), headers=headers)
        return web.Response(status=answer.status_code, body=answer.content, content_type="application/json")


@asynccontextmanager
async def between(cluster: Cluster) -> AsyncIterator[tuple[Between, Path]]:
    """The proxy, and a kubeconfig with the rights of role.yaml that leads through it."""
    config = KubeConfig.from_file(cluster.steward).get()
    assert config
    async with client_adapter.AsyncClient(config, client_adapter.ConnectionParams()) as http:
        proxy = Between(http)
        async with answering(proxy.handle) as port:
            written = yaml.safe_load(cluster.steward.read_text())
            written["clusters"][0]["cluster"] = {"server": f"http://127.0.0.1:{port}"}
            path = cluster.steward.with_name("between.kubeconfig")
            path.write_text(yaml.safe_dump(written))
            yield proxy, path
