"""Containers on a real Docker Engine, labelled as Compose labels its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiodocker

from actions.model import Target
from tests.real.docker_engine import add_image

PROJECT = "shop"


@dataclass(frozen=True, slots=True)
class Service:
    """The containers of one Compose service."""

    docker: aiodocker.Docker
    host: str
    name: str

    @property
    def target(self) -> Target:
        """All containers of the service."""
        options = {"project": PROJECT, "compose_service": self.name, "host": self.host}
        return Target("docker", self.name, options)

    def one(self, number: int = 1) -> Target:
        """One container by its name."""
        return Target("docker", self.name, {"container": f"{PROJECT}-{self.name}-{number}", "host": self.host})

    async def start(self, number: int, image: str, **config: Any) -> str:
        """Runs a container as Compose would; gives its id."""
        labels = {
            "com.docker.compose.project": PROJECT,
            "com.docker.compose.service": self.name,
            "com.docker.compose.container-number": str(number),
            "com.docker.compose.oneoff": "False",
        }
        # A shell's sleep as process 1 takes no notice of the usual signal, and waiting for it teaches nothing.
        body = {
            "Image": image,
            "StopSignal": "SIGKILL",
            "Labels": labels,
            "HostConfig": {"NetworkMode": "host"},
            **config,
        }
        container = await self.docker.containers.create(body, name=f"{PROJECT}-{self.name}-{number}")
        await container.start()
        return container.id

    async def inspect(self) -> Sequence[Any]:
        """All containers of the engine, by name."""
        found = [await container.show() for container in await self.docker.containers.list(all=1)]
        return sorted(found, key=lambda container: str(container["Name"]))

    async def effect(self) -> Any:
        """What an action on the service would change."""
        return [(each["Name"], each["Id"], each["State"]["StartedAt"]) for each in await self.inspect()]

    async def replace_one(self) -> None:
        """Somebody recreates the first container by hand."""
        first = (await self.inspect())[0]
        await self.docker.containers.container(first["Id"]).delete(force=True)
        await self.start(1, first["Config"]["Image"])


@asynccontextmanager
async def docker_service(host: str, name: str) -> AsyncIterator[Service]:
    """Two containers of `shop/NAME:v2`, where `v1` is there too; in the end the engine is emptied of containers."""
    for tag in ("v1", "v2"):
        add_image(host, f"shop/{name}", tag)
    docker = aiodocker.Docker(url=host)
    try:
        service = Service(docker, host, name)
        for number in (1, 2):
            await service.start(number, f"shop/{name}:v2")
        yield service
    finally:
        for container in await docker.containers.list(all=1):
            await container.delete(force=True, v=True)
        volumes: Any = docker.volumes  # aiodocker gives these no types
        for volume in (await volumes.list())["Volumes"] or ():
            await (await volumes.get(volume["Name"])).delete()
        await docker.close()
