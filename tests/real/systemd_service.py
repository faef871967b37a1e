"""Instances of one template on the machine with systemd, and what a test does to them beside the actuator."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.model import Target
from actions.systemd_bus import Manager, systemd
from actions.systemd_read import WANTED

RELEASES = {"v1": 1.0, "v2": 2.0}


@dataclass(frozen=True, slots=True)
class Service:
    """`checkout@.service` of the machine that shares this folder."""

    folder: Path
    manager: Manager

    @property
    def address(self) -> str:
        """The machine's system bus."""
        return f"unix:path={self.folder}/bus/system_bus_socket"

    @property
    def target(self) -> Target:
        """All instances of the template."""
        folders = {"releases": f"{self.folder}/releases", "notes": f"{self.folder}/notes"}
        return Target("systemd", "checkout", {"unit": "checkout@.service", "address": self.address, **folders})

    @property
    def single(self) -> Target:
        """A unit that is no template, without releases or notes."""
        return Target("systemd", "single", {"unit": "single.service", "address": self.address})

    async def effect(self) -> Any:
        """What an action on the instances would change."""
        names = await self.manager.instances("checkout@.service")
        units = [await self.manager.unit(name) for name in names]
        running = sorted((unit.name, unit.invocation) for unit in units if unit.active in WANTED)
        return running, (self.folder / "current").readlink()

    async def start_third(self) -> None:
        """Somebody starts one more by hand."""
        await self.manager.job("StartUnit", "checkout@3.service")


async def reset(service: Service) -> None:
    """Two instances of the second release, and no notes."""
    for note in (service.folder / "notes").iterdir():
        note.unlink()
    current = service.folder / "current"
    current.unlink(missing_ok=True)
    current.symlink_to("releases/v2")
    for name, when in RELEASES.items():
        os.utime(service.folder / "releases" / name, (when, when))
    for name in await service.manager.instances("checkout@.service"):
        await service.manager.job("StopUnit", name)
        if (await service.manager.unit(name)).active == "failed":
            await service.manager.forget_failure(name)
    for number in (1, 2):
        await service.manager.job("StartUnit", f"checkout@{number}.service")


@asynccontextmanager
async def systemd_service(folder: Path) -> AsyncIterator[Service]:
    """The service on the machine that shares this folder."""
    async with systemd(f"unix:path={folder}/bus/system_bus_socket") as manager:
        yield Service(folder, manager)
