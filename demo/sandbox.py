"""The shop as a whole: started, broken on purpose, stopped."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import aiohttp

from actions.manifest import Manifest, Release, change, read, read_status, write
from demo import lineage, load
from demo.scenarios import Scenario
from demo.targets import Directory
from demo.topology import SERVICES

PATIENCE = 30.0
LOOK_EVERY = 0.05
GRACE = 6.0
HOME = Path(__file__).resolve().parent.parent


class SandboxError(Exception):
    """The sandbox could not be started; the text says what to look at."""


class Sandbox:
    """A shop of real processes in one directory, with one scenario that can happen to it.

    `progress` is told in a few words what is being done.
    """

    def __init__(self, directory: Path, scenario: Scenario, progress: Callable[[str], None] | None = None) -> None:
        self.directory = directory.resolve()
        self.scenario = scenario
        self._tell = progress or (lambda _: None)
        self._processes: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> "Sandbox":
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, patience: float = PATIENCE) -> None:
        """Deploys version v1 of every service; returns when all are ready and the load has begun.

        Raises:
            SandboxError: a service did not become ready within `patience` seconds.
        """
        self._tell(f"starting {', '.join(SERVICES)}")
        self.directory.mkdir(parents=True, exist_ok=True)
        load.set_rate(self.directory, load.CALM)
        for service in SERVICES:
            release = self._release(service, "v1", {})
            write(self.directory, Manifest(service=service, replicas=1, revision="v1", revisions=(release,)))
        await self._spawn("demo.supervisor")
        await self._until_ready(patience)
        await self._spawn("demo.load")
        self._tell("all services are ready")

    async def break_it(self) -> float:
        """Lets the scenario happen; gives the moment, in epoch seconds."""
        scenario = self.scenario
        self._tell(scenario.story)
        now = time.time()
        if scenario.load != 1.0:
            load.set_rate(self.directory, load.CALM * scenario.load)
        if scenario.kind == "deploy":
            deploy(self.directory, scenario.service, self._release(scenario.service, "v2", scenario.settings))
        if scenario.kind == "poison":
            await self._poison()
        return now

    async def stop(self) -> None:
        """Ends the load, then the supervisor and with it all services. Harmless when already stopped."""
        processes, self._processes = self._processes, []
        for process in reversed(processes):
            await _end(process)

    async def _spawn(self, module: str) -> None:
        """Starts one of our own programs, out of reach of the terminal's Ctrl-C: it ends with us, in our order."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            str(self.directory),
            cwd=HOME,
            env={**os.environ, **lineage.environment()},
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)

    async def _until_ready(self, patience: float) -> None:
        for _ in range(int(patience / LOOK_EVERY)):
            if not self._waiting():
                return
            await asyncio.sleep(LOOK_EVERY)
        waiting = self._waiting()
        problems = [problem for name in waiting for problem in read_status(self.directory, name).problems]
        raise SandboxError(
            f"{', '.join(waiting)} did not become ready within {patience:.0f} s "
            f"({'; '.join(problems) or 'nothing reported'}): see {self.directory}/logs"
        )

    def _waiting(self) -> list[str]:
        """The services of which no instance is ready, or whose manifest the supervisor has not seen yet."""
        return [service for service in SERVICES if not self._is_ready(service)]

    def _is_ready(self, service: str) -> bool:
        status = read_status(self.directory, service)
        seen = status.observed_version == read(self.directory, service).version
        return seen and any(instance.ready for instance in status.instances)

    def _release(self, service: str, version: str, settings: Mapping[str, str]) -> Release:
        command = (sys.executable, "-m", "demo.service", "--name", service, "--version", version)
        return Release(version, (*command, "--directory", str(self.directory)), settings, time.time())

    async def _poison(self) -> None:
        """Starts the campaign on every live replica of the scenario's service."""
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            for address in Directory(self.directory).addresses(self.scenario.service):
                async with session.post(f"http://{address}/campaigns"):
                    pass


def deploy(directory: Path, service: str, release: Release) -> Manifest:
    """Deploys a release as a pipeline would: added to the manifest's revisions and made the wanted one."""
    return change(
        directory,
        service,
        None,
        lambda old: replace(old, revisions=(*old.revisions, release), revision=release.name),
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except TimeoutError:
        process.kill()
        await process.wait()
