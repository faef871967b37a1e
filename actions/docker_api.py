"""The few calls to a Docker Engine that acting needs, each with its failure in words."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

import aiodocker
import aiohttp

from actions.docker_aside import NEW, OLD, stands_aside
from actions.docker_options import DockerOptions
from actions.docker_read import ACTION, Json, name, number, problem, ready
from actions.model import ActuatorError, Target
from actions.options import options_of

TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)
KILLING = 5.0
"""Seconds that the engine may take after the grace period."""
LOOK_EVERY = 0.2
MARKERS_KEPT = 50
_MARKER = "steward.marker"


class Engine:
    """One Docker Engine. Methods raise ActuatorError and nothing else."""

    def __init__(self, host: str) -> None:
        self.host = host
        with self._told("use this address"):
            self._docker = aiodocker.Docker(url=host, timeout=TIMEOUT)
            self._volumes: Any = self._docker.volumes  # aiodocker gives these no types

    async def containers(self, target: Target) -> list[Json]:
        """The target's containers, inspected, in the order of their numbers; at least one."""
        options = options_of(target, DockerOptions)
        if wanted := options.container:
            with self._told(f"find container {wanted}"):
                return [_whole(await self._docker.containers.container(wanted).show())]
        project, service = options.project, options.compose_service
        found = [container for container in await self._of_compose(options) if _serves(container)]
        if not found:
            raise ActuatorError(
                f"no container of service {service} in Compose project {project} on {self.host}: "
                "start it, or correct the target"
            )
        return sorted(found, key=number)

    async def aside(self, target: Target) -> list[Json]:
        """What stands beside the target's containers since a roll-back that did not come to its end, inspected."""
        options = options_of(target, DockerOptions)
        if not options.container:
            return [container for container in await self._of_compose(options) if stands_aside(container)]
        return [one for ending in (NEW, OLD) if (one := await self._find(options.container + ending))]

    async def images(self) -> list[Json]:
        """The images that the engine holds."""
        with self._told("list images"):
            return list(await self._docker.images.list())

    async def image(self, reference: str) -> Json:
        """One image, inspected."""
        with self._told(f"look at image {reference}"):
            return await self._docker.images.inspect(reference)

    async def inspect(self, container: str) -> Json:
        """One container, inspected."""
        with self._told(f"look at container {container[:12]}"):
            return _whole(await self._docker.containers.container(container).show())

    async def create(self, body: Json, called: str) -> str:
        """Makes a container without starting it; gives its id."""
        with self._told(f"create container {called}"):
            return (await self._docker.containers.create(body, name=called)).id

    async def connect(self, container: str, networks: Json) -> None:
        """Connects a container that was never started to further networks."""
        for network, endpoint in networks.items():
            with self._told(f"connect container {container[:12]} to network {network}"):
                found = await self._docker.networks.get(network)
                await found.connect({"Container": container, "EndpointConfig": endpoint})

    async def discard(self, container: str, *, volumes: bool = True) -> None:
        """Removes a container that does not run; by default with the volumes that nobody named."""
        with self._told(f"remove the unused container {container[:12]}"):
            await self._docker.containers.container(container).delete(v=volumes)

    async def start(self, container: str) -> None:
        """Starts a container."""
        with self._told(f"start container {container[:12]}", effect="unknown"):
            await self._docker.containers.container(container).start()

    async def until_well(self, container: str) -> None:
        """Waits until a started container runs and its health check says that it is well. Raises when it is not."""
        while not ready(found := await self.inspect(container)):
            if words := problem(found):
                raise ActuatorError(f"{name(found)} did not become well: {words}", "unknown")
            await asyncio.sleep(LOOK_EVERY)

    async def restart(self, container: Json, grace: int) -> None:
        """Restarts a container, which has so many seconds to stop."""
        with self._told(f"restart container {name(container)}", effect="unknown"):
            await self._docker.containers.container(container["Id"]).restart(t=grace, timeout=_stopping(grace))

    async def stop(self, container: Json, grace: int) -> None:
        """Stops a container, which has so many seconds for it."""
        with self._told(f"stop container {name(container)}", effect="unknown"):
            await self._docker.containers.container(container["Id"]).stop(t=grace, timeout=_stopping(grace))

    async def rename(self, container: str, called: str) -> None:
        """Gives a container another name."""
        with self._told(f"rename container {container[:12]} to {called}", effect="unknown"):
            await self._docker.containers.container(container).rename(called)

    async def remove(self, container: Json) -> None:
        """Removes a stopped container. Its volumes stay."""
        with self._told(f"remove container {name(container)}", effect="unknown"):
            await self._docker.containers.container(container["Id"]).delete()

    async def drop(self, container: str, grace: int) -> None:
        """Stops and removes a container with the volumes that nobody named."""
        with self._told(f"remove the new container {container[:12]}", effect="unknown"):
            found = self._docker.containers.container(container)
            with suppress(aiodocker.DockerError):  # then it is killed
                await found.stop(t=grace, timeout=_stopping(grace))
            await found.delete(force=True, v=True)

    async def marker(self, action_id: str) -> Json | None:
        """What `mark` left for this action, or None."""
        with self._told("look for the marker of an action"):
            try:
                volume = await (await self._volumes.get(_volume(action_id))).show()
            except aiodocker.DockerError as error:
                if error.status == 404:
                    return None
                raise
            found: Json = json.loads(volume["Labels"][_MARKER])
            return found

    async def mark(self, action_id: str, value: Json) -> None:
        """Leaves a marker for this action: a labelled empty volume, for a running container takes no new labels."""
        labels = {ACTION: action_id, _MARKER: json.dumps(value)}
        with self._told("leave the marker of an action"):
            await self._volumes.create({"Name": _volume(action_id), "Labels": labels})
            listed = await self._volumes.list(filters={"label": [_MARKER]})
            mine = _volume(action_id)  # times are in whole seconds: of several in one, this one is the newest
            oldest = sorted(listed["Volumes"] or (), key=lambda one: (one["Name"] == mine, str(one["CreatedAt"])))
            oldest = oldest[:-MARKERS_KEPT]
        for volume in oldest:
            await self._forget(volume["Name"])

    async def unmark(self, action_id: str) -> None:
        """Takes the marker away, for an action that surely had no effect."""
        await self._forget(_volume(action_id))

    async def close(self) -> None:
        """Closes the connections."""
        await self._docker.close()

    async def _of_compose(self, options: DockerOptions) -> list[Json]:
        project, service = options.project, options.compose_service
        labels = [f"com.docker.compose.project={project}", f"com.docker.compose.service={service}"]
        with self._told(f"list the containers of {service} in Compose project {project}"):
            listed = await self._docker.containers.list(all=1, filters=json.dumps({"label": labels}))
            return [_whole(await container.show()) for container in listed]

    async def _find(self, called: str) -> Json | None:
        with self._told(f"look for container {called}"):
            try:
                return _whole(await self._docker.containers.container(called).show())
            except aiodocker.DockerError as error:
                if error.status == 404:
                    return None
                raise

    async def _forget(self, volume: str) -> None:
        with self._told(f"remove marker {volume}"):
            await (await self._volumes.get(volume)).delete()

    @contextmanager
    def _told(self, doing: str, effect: Literal["none", "unknown"] = "none") -> Iterator[None]:
        try:
            yield
        except aiodocker.DockerError as error:
            words = " ".join(str(error.message).split())[:300]
            if error.status == 900:
                line = f"no Docker Engine at {self.host} to {doing}: start it, or check `host` and its socket's rights"
            elif error.status == 403:
                line = f"the Docker Engine at {self.host} does not let Steward {doing}: {words}; allow it in its proxy"
            else:
                line = f"the Docker Engine at {self.host} could not {doing}: {words}"
            raise ActuatorError(line, effect) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ActuatorError(
                f"no answer in time from the Docker Engine at {self.host} to {doing}: "
                f"{' '.join(str(error).split()) or type(error).__name__}; check that it is well",
                effect,
            ) from None
        except (ValueError, LookupError, TypeError, ImportError) as error:
            raise ActuatorError(
                f"what answers at {self.host} is not a Docker Engine, to {doing}: {error}", effect
            ) from None


def _whole(container: Json) -> Json:
    """The container as it is; raises KeyError or TypeError when it is none."""
    _ = container["Id"], container["Name"], container["Image"], container["State"]["StartedAt"], container["HostConfig"]
    return container


def _serves(container: Json) -> bool:
    """Not one-off commands, nor containers that stand beside the real one during a rollback."""
    one_off = (container["Config"].get("Labels") or {}).get("com.docker.compose.oneoff") == "True"
    return not one_off and not stands_aside(container)


def _stopping(grace: int) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=grace + KILLING, sock_connect=5)


def _volume(action_id: str) -> str:
    return f"steward-action-{hashlib.sha256(action_id.encode()).hexdigest()[:24]}"
