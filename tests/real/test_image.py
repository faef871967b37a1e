"""The image and docker-compose.yml, built and started for real on a Docker Engine."""

import json
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml

from tests.real.compose_images import add_images
from tests.real.debian_base import BASE, add_base
from tests.real.docker_cli import Docker
from tests.real.docker_engine import docker_engine
from tests.real.need import until
from tests.real.prometheus_server import free_ports
from tests.standins.prometheus import Asked, Reply, standing

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
IMAGE = COMPOSE["steward"]["image"]
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges:true", "--tmpfs=/tmp")
FROM_HERE = ("PIP_INDEX_URL", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
MOST_BYTES = 300_000_000
"""What the image may add to its base."""


@dataclass(frozen=True, slots=True)
class Compose:
    """Compose on the project's file, with the settings that a user would have in the environment."""

    docker: Docker
    env_file: Path
    settings: Mapping[str, str]

    def __call__(self, *words: str) -> str:
        project = ("--project-name", "steward-test", "--env-file", str(self.env_file))
        return self.docker.compose(*project, *words, cwd=ROOT, **self.settings)

    def inside(self, service: str, *words: str) -> str:
        """A command in the container of a service."""
        return self("exec", "-T", service, *words)


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docker]:
    """An engine that holds the image."""
    with docker_engine(storage=()) as host:
        docker = Docker(host)
        add_base(docker, tmp_path_factory.mktemp("base"))
        given = [f"--build-arg={name}" for name in FROM_HERE if os.environ.get(name)]
        docker("build", "--network=host", f"--build-arg=BASE={BASE}", *given, "--tag", IMAGE, str(ROOT))
        yield docker
        docker.clear()


@pytest.fixture
async def page() -> AsyncIterator[str]:
    """The address of a service's metrics."""

    def answer(_asked: Asked) -> Reply:
        return Reply(b"process_resident_memory_bytes 1e8\n")

    async with standing(answer) as web:
        yield web.url


@asynccontextmanager
async def running(docker: Docker, folder: Path, page: str) -> AsyncIterator[str]:
    """Steward in a container named `steward`; gives the page's address."""
    listen = f"127.0.0.1:{free_ports(1)[0]}"
    config = folder / "steward.yaml"
    targets = [{"url": f"{page}/metrics", "service": "shop"}]
    sources = [{"name": "shop", "kind": "scrape", "every": "1s", "targets": targets}]
    store = "sqlite:////var/lib/steward/steward.db"
    config.write_text(yaml.safe_dump({"store": store, "sources": sources, "chat": {"web": {"listen": listen}}}))
    mounts = (f"--volume={config}:/etc/steward/steward.yaml:ro", "--volume=steward-test:/var/lib/steward")
    docker("run", "--detach", "--name=steward", "--network=host", *HARDENED, *mounts, IMAGE)
    try:
        await well(docker, f"http://{listen}", "logs", "steward")
        yield f"http://{listen}"
    finally:
        docker("rm", "--force", "steward")


async def well(docker: Docker, url: str, *logs: str) -> None:
    """Waits until /health says that all is well."""
    async with httpx.AsyncClient(trust_env=False) as client:

        async def healthy() -> bool:
            try:
                return (await client.get(f"{url}/health")).status_code == 200
            except httpx.TransportError:
                return False

        try:
            await until(healthy, f"{url}/health answers 200")
        except pytest.fail.Exception as failure:
            done = docker.attempt(*logs)
            failure.add_note(done.stdout + done.stderr)
            raise


async def test_it_holds_the_program_and_no_more(docker: Docker) -> None:
    (found,) = json.loads(docker("image", "inspect", IMAGE))
    base = json.loads(docker("image", "inspect", BASE))[0]["Size"]
    assert found["Size"] - base < MOST_BYTES
    config = found["Config"]
    assert (config["User"], config["Entrypoint"], config["Cmd"]) == ("10001:10001", ["steward"], ["run"])
    assert (config["StopSignal"], list(config["Volumes"])) == ("SIGTERM", ["/var/lib/steward"])
    run = ("run", "--rm", "--network=none", *HARDENED, "--entrypoint=python3", IMAGE, "-Ic")
    for module in ("pip", "hatchling", "tests", "pytest"):
        assert "ModuleNotFoundError" in docker.attempt(*run, f"import {module}").stderr
    dead = ("run", "--rm", "--network=none", *HARDENED, f"--entrypoint={config['Healthcheck']['Test'][1]}", IMAGE)
    assert docker.attempt(*dead, *config["Healthcheck"]["Test"][2:]).returncode == 1
    assert "watches services" in docker("run", "--rm", "--network=none", *HARDENED, IMAGE, "--help").lower()


async def test_a_missing_config_is_one_clear_line(docker: Docker) -> None:
    done = docker.attempt("run", "--rm", "--network=none", *HARDENED, IMAGE)
    assert done.returncode == 1
    assert re.fullmatch(r"steward run: /etc/steward/steward.yaml does not exist: .*\n", done.stderr)


async def test_it_runs_as_nobody_special_on_a_read_only_file_system(docker: Docker, tmp_path: Path, page: str) -> None:
    async with running(docker, tmp_path, page):
        inside = ("exec", "steward", "python3", "-Ic")
        assert docker(*inside, "import os; print(os.getuid(), os.getgid())") == "10001 10001"
        for place in ("/", "/opt/steward", "/etc/steward", "/usr/bin"):
            written = docker.attempt(*inside, f"open('{place}/x', 'w')")
            assert "Read-only file system" in written.stderr
        assert docker(*inside, "open('/tmp/x', 'w'); open('/var/lib/steward/x', 'w')") == ""


async def test_its_state_survives_a_restart_and_sigterm_ends_it(docker: Docker, tmp_path: Path, page: str) -> None:
    async with running(docker, tmp_path, page) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        link = re.search(r"Sign in once with (\S+)", docker("logs", "steward"))
        assert link
        assert (await client.post(link[1])).status_code == 303
        assert (await client.get("/api/status")).status_code == 200

        docker("stop", "--time=10", "steward")  # after that time it would be killed, and say 137
        (ended,) = json.loads(docker("inspect", "steward"))
        assert ended["State"]["ExitCode"] == 0, docker.attempt("logs", "steward")
        docker("start", "steward")
        await well(docker, url, "logs", "steward")
        assert (await client.get("/api/status")).status_code == 200


@asynccontextmanager
async def composed(docker: Docker, folder: Path, *profile: str, **settings: str) -> AsyncIterator[Compose]:
    """All that docker-compose.yml starts, once Steward is well."""
    (port,) = free_ports(1)
    (folder / "env").touch()  # not the .env of whoever runs this
    compose = Compose(docker, folder / "env", {"STEWARD_PORT": str(port), **settings})
    compose(*profile, "up", "--detach", "--no-build")
    try:
        await well(docker, f"http://127.0.0.1:{port}", "ps", "--all")
        yield compose
    finally:
        compose(*profile, "down", "--volumes")


@pytest.fixture(scope="module")
def neighbours(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The other images that docker-compose.yml names."""
    add_images(docker, {name: service["image"] for name, service in COMPOSE.items()}, tmp_path_factory.mktemp("images"))


@pytest.mark.usefixtures("neighbours")
async def test_compose_starts_everything(docker: Docker, tmp_path: Path) -> None:
    async with composed(docker, tmp_path) as compose:

        async def scraped() -> bool:
            asked = ("promtool", "query", "instant", "http://127.0.0.1:9090", "sum(up)")
            return "=> 2 @" in compose.inside("prometheus", *asked)

        await until(scraped, "Prometheus has scraped itself and node_exporter")
        assert "checks passed" in compose.inside("steward", "steward", "doctor")
        for service in ("steward", "prometheus", "ollama"):
            (found,) = json.loads(docker("inspect", compose("ps", "--quiet", service)))
            _, *check = found["Config"]["Healthcheck"]["Test"]
            compose.inside(service, *check)
            assert (found["State"]["Status"], found["RestartCount"]) == ("running", 0)


@pytest.mark.usefixtures("neighbours")
async def test_compose_runs_on_postgresql(docker: Docker, tmp_path: Path) -> None:
    settings = {"STEWARD_STORE": "postgresql://steward@postgres/steward", "POSTGRES_PASSWORD": "of the test"}
    async with composed(docker, tmp_path, "--profile", "postgres", **settings) as compose:
        assert re.search("ok +store: .*postgresql", compose.inside("steward", "steward", "doctor"))
        compose.inside("postgres", *COMPOSE["postgres"]["healthcheck"]["test"][1:])
        compose.inside("steward", "steward", "incidents", "list")
