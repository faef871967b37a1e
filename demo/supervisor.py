"""A small kubelet: `python -m demo.supervisor DIR` makes processes be what the manifests in DIR want.

It reads `<service>.json`, and writes `<service>.status.json`, `targets.json` and `logs/<service>.log`.
"""

import argparse
import asyncio
import logging
import os
import signal
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from actions.manifest import Instance, Manifest, Status, read, write_status
from actions.model import ActuatorError
from demo import targets
from demo.child import Child, start
from demo.lineage import end_with_parent
from demo.reconcile import Start, Step, decide
from demo.targets import Endpoint

LOG = logging.getLogger(__name__)

EVERY = 0.2


class Supervisor:
    """Keeps the processes of all services in one directory. Runs until `stop` is called, then ends them all."""

    def __init__(self, directory: Path) -> None:
        self._manifests = Manifests(directory)
        self._reports = Reports(directory)
        self._logs = directory / "logs"
        self._children: dict[str, list[Child]] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Asks `run` to end."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Looks at manifests and processes five times a second, and at once when a process changes."""
        self._logs.mkdir(parents=True, exist_ok=True)
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                self._wake.clear()
                manifests = self._manifests.current()
                for manifest in manifests:
                    await self._reconcile(manifest, tasks)
                self._report(manifests)
                await self._pause()
            for child in self._all():
                tasks.create_task(child.end())
            self._children.clear()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), EVERY)
        except TimeoutError:
            return

    async def _reconcile(self, manifest: Manifest, tasks: asyncio.TaskGroup) -> None:
        children = self._children.setdefault(manifest.service, [])
        steps = decide(manifest, [child.replica for child in children], time.time())
        # A replica that takes over must be known to callers before the one it replaces goes away.
        self._reports.targets(self._all())
        for step in steps:
            await self._do(step, manifest, tasks)

    async def _do(self, step: Step, manifest: Manifest, tasks: asyncio.TaskGroup) -> None:
        children = self._children[manifest.service]
        if isinstance(step, Start):
            new = await start(manifest, step.slot, self._logs / f"{manifest.service}.log")
            for crashed in [c for c in children if c.slot == step.slot and c.phase == "exited"]:
                new.continues(crashed)
                children.remove(crashed)
            children.append(new)
            tasks.create_task(self._attend(new))
            return
        for child in [c for c in children if c.replica.id == step.id]:
            children.remove(child)
            tasks.create_task(child.end())

    async def _attend(self, child: Child) -> None:
        """Follows one process through its life."""
        if await child.until_ready_or_gone():
            child.phase = "ready"
            self._wake.set()
        code = await child.until_gone()
        child.crashed(code, time.time())
        self._wake.set()

    def _report(self, manifests: Sequence[Manifest]) -> None:
        now = time.time()
        for manifest in manifests:
            self._reports.status(manifest, self._children[manifest.service], now)
        self._reports.targets(self._all())

    def _all(self) -> Sequence[Child]:
        return [child for children in self._children.values() for child in children]


class Manifests:
    """The manifests of a directory, parsed anew only when a file changed. A damaged one keeps its last good state."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: dict[str, tuple[int, Manifest]] = {}

    def current(self) -> Sequence[Manifest]:
        """All manifests, by name of service."""
        for path in sorted(self._directory.glob("*.json")):
            if path.name != targets.FILE and not path.name.endswith(".status.json"):
                self._look(path)
        return [manifest for _, manifest in self._known.values()]

    def _look(self, path: Path) -> None:
        service, changed = path.stem, path.stat().st_mtime_ns
        before, manifest = self._known.get(service, (0, None))
        if before == changed:
            return
        try:
            self._known[service] = changed, read(self._directory, service)
        except ActuatorError as error:
            LOG.warning("%s", error)
            if manifest is not None:
                self._known[service] = changed, manifest


class Reports:
    """The files that the supervisor writes, each only when it says something new."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._statuses: dict[str, Status] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._targets = ""

    def status(self, manifest: Manifest, children: Iterable[Child], now: float) -> None:
        """Writes what is observed of one service."""
        children = sorted(children, key=lambda child: (child.slot, child.started_at))
        status = Status(
            observed_version=manifest.version,
            instances=tuple(_instance(child) for child in children if child.phase != "exited"),
            problems=tuple(filter(None, (child.problem(now) for child in children))),
        )
        if self._statuses.get(manifest.service) != status:
            write_status(self._directory, manifest.service, status)
            self._statuses[manifest.service] = status

    def targets(self, children: Sequence[Child]) -> None:
        """Writes where the replicas listen: the newest that is ready in each slot.

        A slot whose process crashed keeps its last address until it is ready again: it is down, not gone.
        """
        slots = {child.name for child in children}
        self._endpoints = {name: endpoint for name, endpoint in self._endpoints.items() if name in slots}
        for child in sorted(children, key=lambda child: child.started_at):
            if child.phase == "ready":
                self._endpoints[child.name] = Endpoint(child.service, child.name, child.port)
        text = targets.render(self._endpoints.values())
        if text != self._targets:
            targets.write(self._directory, text)
            self._targets = text


def _instance(child: Child) -> Instance:
    return Instance(
        pid=child.pid,
        port=child.port,
        revision=child.release.name,
        started_at=child.started_at,
        ready=child.phase == "ready",
        restarts=child.restarts,
    )


async def serve(directory: Path) -> None:
    """Supervises the directory until SIGTERM or SIGINT."""
    supervisor = Supervisor(directory)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    end_with_parent(partial(os.kill, os.getpid(), signal.SIGTERM))
    await supervisor.run()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m demo.supervisor", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the manifests are")
    asyncio.run(serve(parser.parse_args().directory.resolve()))


if __name__ == "__main__":
    main()
