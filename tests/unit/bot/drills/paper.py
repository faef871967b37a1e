"""A target without processes: its files alone, kept as a supervisor that is never late would keep them."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from actions.manifest import Instance, Manifest, Release, Status, read, write, write_status
from bot.drills.checks import Deeds
from bot.drills.ground import Ground
from bot.drills.place import SERVICE
from bot.drills.sandbox import Target
from bot.drills.table import Row


class Paper(Target):
    """Notes a start whenever it settles on a newer manifest that wants one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir()
        write(folder, Manifest(SERVICE, 1, "v1", (Release("v1", ("serve",)),)))
        self._started = -1.0
        self.settle()

    async def settled(self) -> None:
        self.settle()

    def settle(self) -> None:
        manifest = read(self.folder, SERVICE)
        if manifest.restarted_at > self._started:
            self._started = manifest.restarted_at
            with (self.folder / "starts").open("ab") as journal:
                journal.write(b"1\n")
        one = Instance(1, 1, "v1", max(time.time(), self._started), ready=True)
        write_status(self.folder, SERVICE, Status(manifest.version, (one,)))


class Haunted(Paper):
    """Whenever it is looked at, something has changed it that nobody knows of."""

    looks = 0

    def deeds(self) -> Deeds:
        self.looks += 1
        found = super().deeds()
        return replace(found, writes=found.writes + self.looks)


def quietly(fault: str, done: int, total: int) -> None:
    """Nobody looks on."""


Run = Callable[[Ground], Awaitable[Sequence[Row]]]


async def holds(run: Run, ground: Ground) -> None:
    """The drill tries something, and it held."""
    for row in await run(ground):
        assert row.tried, row
        assert row.held == row.tried, row


async def breaks(run: Run, ground: Ground) -> None:
    """The drill notices an effect that nobody ordered."""
    for row in await run(ground):
        assert row.held < row.tried, row
        assert "effects" in row.seen, row
