"""Targets to practise on, one for each kind of actuator.

Each has two replicas of its second revision, kept running by whatever keeps such targets running.
"""

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from actions.manifest import Instance, Manifest, Release, Status, change, read, write, write_status
from actions.model import Actuator, Option, Target
from actions.registry import build
from actions.webhook import WebhookActuator
from tests.real.need import package, until
from tests.standins import deployer
from tests.standins.ecs import serving
from tests.standins.receiver import SECRET, receiving


@dataclass(frozen=True, slots=True)
class Range:
    """A target and what the test must be able to do beside the actuator.

    unreachable: a target of the same kind behind an address where nothing answers.
    effect: a value that changes exactly when an action has an effect.
    meddle: somebody else changes the target.
    settle: waits until what is wanted is running.
    """

    actuator: Actuator
    target: Target
    unreachable: Target
    effect: Callable[[], Awaitable[Any]]
    meddle: Callable[[], Awaitable[None]]
    settle: Callable[[], Awaitable[None]]


@asynccontextmanager
async def processes(folder: Path, _host: str) -> AsyncIterator[Range]:
    """Manifests, and a supervisor that starts nothing but says it did."""
    releases = (Release("v1", ("serve",), deployed_at=1.0), Release("v2", ("serve",), deployed_at=2.0))
    write(folder, Manifest("checkout", 2, "v2", releases))

    async def effect() -> Manifest:
        return read(folder, "checkout")

    async def meddle() -> None:
        change(folder, "checkout", None, lambda old: replace(old, replicas=old.replicas + 1))

    async def settle() -> None:
        manifest = read(folder, "checkout")
        instance = Instance(1, 80, manifest.revision, manifest.restarted_at, ready=True)
        write_status(folder, "checkout", Status(manifest.version, (instance,) * manifest.replicas))

    actuator = build("process")
    target = Target("process", "checkout", {"directory": str(folder)})
    nowhere = Target("process", "checkout", {"directory": str(folder / "nowhere")})
    yield Range(actuator, target, nowhere, effect, meddle, settle)


@asynccontextmanager
async def containers(_folder: Path, host: str) -> AsyncIterator[Range]:
    """Two containers as Compose would have made them."""
    from tests.real.docker_service import docker_service

    async with docker_service(host, "checkout") as service:
        target = service.target
        actuator = build("docker")
        nowhere = Target("docker", "checkout", {**target.options, "host": "unix:///nowhere.sock"})
        settle = _settled(actuator, target)
        await settle()
        yield Range(actuator, target, nowhere, service.effect, service.replace_one, settle)
        await actuator.close()


@asynccontextmanager
async def workloads(_folder: Path, _host: str) -> AsyncIterator[Range]:
    """A Deployment that has been rolled out twice."""
    from tests.real.kubernetes_cluster import kubernetes_cluster

    workload = "deployment/checkout"
    async with kubernetes_cluster() as cluster:
        actuator = build("kubernetes")
        target = cluster.target(workload)
        settle = _settled(actuator, target)
        await cluster.deploy(workload, "shop/checkout:v1")
        await settle()
        await cluster.set_image(workload, "shop/checkout:v2")
        await settle()

        async def effect() -> Any:
            found = await cluster.look(workload)
            return found["spec"]

        async def meddle() -> None:
            found = await cluster.look(workload)
            environment = [{"name": "MEDDLED", "value": "yes"}]
            pod = {"spec": {"containers": [{"name": "app", "env": environment}]}}
            await cluster.patch(workload, {"spec": {"replicas": found["spec"]["replicas"] + 1, "template": pod}})

        nowhere = cluster.target(workload, cluster.unreachable())
        yield Range(actuator, target, nowhere, effect, meddle, settle)
        await actuator.close()


@asynccontextmanager
async def receivers(_folder: Path, _host: str) -> AsyncIterator[Range]:
    """A server of the user's own that does what a webhook asks."""
    async with receiving() as receiver:
        actuator = WebhookActuator(environment={"HOOK_SECRET": SECRET})
        target = _webhook(receiver.url("/act"), receiver.url("/state"))

        async def effect() -> Any:
            return receiver.effect

        async def meddle() -> None:
            receiver.replicas, receiver.version = receiver.replicas + 1, receiver.version + 1

        nowhere = _webhook("http://127.0.0.1:1/act", "http://127.0.0.1:1/state")
        yield Range(actuator, target, nowhere, effect, meddle, _at_once)
        await actuator.close()


def _webhook(url: str, status_url: str) -> Target:
    options: dict[str, Option] = {
        "url": url,
        "status_url": status_url,
        "secret_env": "HOOK_SECRET",
        "verbs": ("restart", "scale", "rollback"),
        "allow": ("127.0.0.1",),
    }
    return Target("webhook", "checkout", options)


@asynccontextmanager
async def units(_folder: Path, host: str) -> AsyncIterator[Range]:
    """Two instances of a template on a machine whose process 1 is systemd; `host` is the folder it shares."""
    from tests.real.systemd_service import reset, systemd_service

    async with systemd_service(Path(host)) as service:
        await reset(service)
        actuator = build("systemd")
        nowhere = Target("systemd", "checkout", {**service.target.options, "address": "unix:path=/nowhere"})
        settle = _settled(actuator, service.target)
        yield Range(actuator, service.target, nowhere, service.effect, service.start_third, settle)


@asynccontextmanager
async def tasks(_folder: Path, _host: str) -> AsyncIterator[Range]:
    """An ECS service of the second task definition."""
    package("aiobotocore", "aiobotocore")
    async with serving() as ecs:
        actuator = build("ecs")
        target = Target("ecs", "checkout", ecs.options)

        async def effect() -> Any:
            return ecs.effect

        async def meddle() -> None:
            ecs.deploy("checkout:3")
            ecs.desired += 1

        async def settle() -> None:
            ecs.settle()

        nowhere = Target("ecs", "checkout", {**ecs.options, "endpoint_url": "http://127.0.0.1:1"})
        yield Range(actuator, target, nowhere, effect, meddle, settle)
        await actuator.close()


@asynccontextmanager
async def programs(folder: Path, _host: str) -> AsyncIterator[Range]:
    """A program of the user's own."""
    kept = folder / "state.json"
    deployer.begin(kept)

    def options(program: str) -> dict[str, Option]:
        call = (program, deployer.__file__, str(kept))
        return {
            "state": (*call, "state"),
            "probe": (*call, "probe", "{action_id}"),
            "restart": (*call, "restart", "{action_id}"),
            "scale": (*call, "scale", "{replicas}", "{action_id}"),
            "rollback": (*call, "rollback", "{revision}", "{action_id}"),
        }

    async def effect() -> str:
        return kept.read_text()

    async def meddle() -> None:
        state = json.loads(kept.read_text())
        kept.write_text(json.dumps({**state, "version": state["version"] + 1}))

    target = Target("command", "checkout", options(sys.executable))
    nowhere = Target("command", "checkout", options("/no/such/program"))
    yield Range(build("command"), target, nowhere, effect, meddle, _at_once)


async def _at_once() -> None:
    """Nothing to wait for."""


def _settled(actuator: Actuator, target: Target) -> Callable[[], Awaitable[None]]:
    async def settled() -> bool:
        state = await actuator.state(target)
        return state.settled and bool(state.revision)

    async def settle() -> None:
        await until(settled, f"{target.service} is settled")

    return settle


REAL = frozenset({"docker", "kubernetes", "systemd"})
"""The kinds whose targets are real servers; the others are stood in for on loopback or in a folder."""

RANGES: Mapping[str, Callable[[Path, str], AbstractAsyncContextManager[Range]]] = {
    "command": programs,
    "docker": containers,
    "ecs": tasks,
    "kubernetes": workloads,
    "process": processes,
    "systemd": units,
    "webhook": receivers,
}
