"""A real Prometheus with a real node_exporter, from Debian's packages, on free loopback ports."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.real.need import program, until

CONFIG = """\
global: {{scrape_interval: 1s}}
scrape_configs:
  - {{job_name: prometheus, static_configs: [{{targets: ["127.0.0.1:{own}"]}}]}}
  - {{job_name: node, static_configs: [{{targets: ["127.0.0.1:{node}"]}}]}}
  - {{job_name: services, file_sd_configs: [{{files: ["{services}"]}}]}}
  - {{job_name: gone, static_configs: [{{targets: ["127.0.0.1:{gone}"], labels: {{service: gone}}}}]}}
"""


@dataclass(frozen=True)
class Servers:
    """The addresses of both servers. A third target, of service `gone`, does not answer."""

    url: str
    node_url: str


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@asynccontextmanager
async def serving(folder: Path, services: object) -> AsyncIterator[Servers]:
    """Starts both, waits until Prometheus has scraped a few times, and ends both.

    services: further targets, as `file_sd_configs` have them.
    """
    prometheus = program("prometheus", "prometheus")
    exporter = program("prometheus-node-exporter", "prometheus-node-exporter")
    own, node, gone = free_ports(3)
    config = folder / "prometheus.yml"
    listed = folder / "services.json"
    listed.write_text(json.dumps(services))
    config.write_text(CONFIG.format(own=own, node=node, gone=gone, services=listed))
    servers = Servers(f"http://127.0.0.1:{own}", f"http://127.0.0.1:{node}")
    flags = (
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{own}",
    )
    async with _running(exporter, f"--web.listen-address=127.0.0.1:{node}"), _running(prometheus, *flags):
        async with httpx.AsyncClient(trust_env=False) as client:

            async def scraped() -> bool:
                query = 'min(count_over_time(up[1m])) > 11 and on() (sum(up{job=~"node|prometheus"}) == 2)'
                try:
                    answer = await client.get(f"{servers.url}/api/v1/query", params={"query": query})
                except httpx.TransportError:
                    return False
                return answer.status_code == 200 and bool(json.loads(answer.text)["data"]["result"])

            await until(scraped, "Prometheus has scraped its targets twelve times")
        yield servers


@asynccontextmanager
async def _running(*words: str) -> AsyncIterator[None]:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*words, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
