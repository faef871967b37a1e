"""One process of a service: started, asked whether it is ready, ended."""

import asyncio
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from actions.manifest import Manifest, Release
from demo import lineage
from demo.reconcile import STABLE_AFTER, Phase, Replica, back_off, problem

GRACE = 3.0
ASK_EVERY = 0.05
COULD_NOT_START = 127


@dataclass(slots=True, eq=False)
class Child:
    """A process in a slot. `crashes` counts those in a row up to now, `restarts` all since the last deployment."""

    service: str
    slot: int
    release: Release
    restarted_at: float
    port: int
    started_at: float
    process: asyncio.subprocess.Process | None
    phase: Phase = "starting"
    restarts: int = 0
    crashes: int = 0
    code: int = 0
    retry_at: float = 0.0

    @property
    def name(self) -> str:
        """The slot's name, such as `payments-0`."""
        return f"{self.service}-{self.slot}"

    @property
    def pid(self) -> int:
        """The process's id; 0 when it could not be started."""
        return self.process.pid if self.process else 0

    @property
    def replica(self) -> Replica:
        """What the decision needs to know of it."""
        return Replica(id(self), self.slot, self.release.name, self.restarted_at, self.phase, self.retry_at)

    def continues(self, other: "Child") -> None:
        """Takes over the counts of the child that crashed before it in its slot."""
        self.restarts, self.crashes, self.code = other.restarts + 1, other.crashes, other.code

    def crashed(self, code: int, now: float) -> None:
        """Notes that it ended by itself; one that was stable until then begins a new count."""
        stable = self.phase == "ready" and now - self.started_at > STABLE_AFTER
        self.crashes = 1 if stable else self.crashes + 1
        self.phase, self.code, self.retry_at = "exited", code, now + back_off(self.crashes)

    def problem(self, now: float) -> str:
        """What is wrong with it in one line; empty when nothing is."""
        stable = self.phase == "ready" and now - self.started_at > STABLE_AFTER
        if not self.crashes or stable:
            return ""
        return problem(self.name, self.release.name, self.crashes, self.code)

    async def until_ready_or_gone(self) -> bool:
        """Waits until it answers on /healthz; False when it ended before."""
        while self.process is not None and self.process.returncode is None:
            if await _answers(self.port):
                return True
            await asyncio.sleep(ASK_EVERY)
        return False

    async def until_gone(self) -> int:
        """Waits for its end and gives the exit code; negative for a signal."""
        return await self.process.wait() if self.process else COULD_NOT_START

    async def end(self) -> None:
        """Asks it to stop, and kills it when it does not within the grace."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), GRACE)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


async def start(manifest: Manifest, slot: int, log: Path) -> Child:
    """Starts the manifest's current release in a slot, on a free port; its output is appended to `log`.

    A command that cannot be started gives a child without a process, which then counts as exited.
    """
    release = manifest.release(manifest.revision)
    if release is None:
        release = Release(manifest.revision, ())
    port = _free_port()
    child = Child(manifest.service, slot, release, manifest.restarted_at, port, time.time(), None)
    environment = {**os.environ, **release.env, **lineage.environment()}
    with log.open("ab") as output:
        try:
            child.process = await asyncio.create_subprocess_exec(
                *release.command,
                "--port",
                str(port),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
            )
        except OSError as error:
            output.write(f"cannot start {child.name}: {' '.join(release.command)}: {error.strerror}\n".encode())
    return child


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _answers(port: int) -> bool:
    try:
        async with asyncio.timeout(1.0):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                status = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in status
