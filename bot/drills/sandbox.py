"""The target of the drills: one real process under the demo's supervisor. What it did is read from its own files."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from actions.manifest import Manifest, Release, change, read, read_status, write
from actions.process import RECALLED
from bot.domain.errors import StewardError
from bot.drills.checks import Deeds
from bot.drills.place import SERVICE
from bot.runtime.clock import SystemClock
from demo import lineage

PATIENCE = 20.0
LOOK_EVERY = 0.03
HOME = Path(__file__).resolve().parents[2]


class Target:
    """The target as its files show it. Nothing here comes from Steward's rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._drifts = 0

    def deeds(self) -> Deeds:
        """All that it did since it was set up: every write of its manifest, every process that was started."""
        manifest = read(self.folder, SERVICE)
        journal = self.folder / "starts"
        starts = journal.read_bytes().count(b"\n") if journal.exists() else 0
        ids = frozenset(id_ for id_, version in manifest.actions.items() if version != RECALLED)
        return Deeds(manifest.version - self._drifts, starts, ids, frozenset(manifest.actions) - ids)

    async def settled(self) -> None:
        """Waits until its processes are as wanted.

        Raises:
            StewardError: they are not within 20 s.
        """
        for _ in range(int(PATIENCE / LOOK_EVERY)):
            manifest, status = read(self.folder, SERVICE), read_status(self.folder, SERVICE)
            fresh = [one for one in status.instances if one.ready and one.started_at >= manifest.restarted_at]
            if status.observed_version == manifest.version and fresh and len(status.instances) == len(fresh):
                return
            await asyncio.sleep(LOOK_EVERY)
        raise StewardError(f"the drill's own service did not become ready: see {self.folder}/logs")

    def drift(self) -> None:
        """Somebody else changes it: a release is added, and not yet wanted."""
        added = Release(f"later-{self._drifts}", ())
        change(self.folder, SERVICE, None, lambda old: replace(old, revisions=(added, *old.revisions)))
        self._drifts += 1


class Sandbox(Target):
    """A target with its supervisor. An async context manager: started, and ended with all its processes."""

    _process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Sandbox":
        self.folder.mkdir(parents=True, exist_ok=True)
        command = (sys.executable, "-m", "bot.drills.service", str(self.folder / "starts"))
        release = Release("v1", command, {"PYTHONPATH": str(HOME)}, SystemClock().now())
        write(self.folder, Manifest(service=SERVICE, replicas=1, revision="v1", revisions=(release,)))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "demo.supervisor",
            str(self.folder),
            cwd=HOME,
            env={**os.environ, **lineage.environment()},
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            await self.settled()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Ends the supervisor, which ends the service."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
