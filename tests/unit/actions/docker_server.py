"""As much of a Docker Engine as roll-backs need: containers that can be made, renamed, started, stopped and removed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from actions.docker import DockerActuator
from actions.docker_read import NUMBER
from actions.model import Target
from tests.unit.actions.answering import answering, hang_up
from tests.unit.actions.test_docker_read import IMAGES, container

Cut = Literal["refused", "held", "held after", "killed", "killed after"]

QUICK_CHECK = {"Test": ["CMD", "true"], "Interval": 1_000_000_000}


def served(number: int, **config: Any) -> dict[str, Any]:
    """A running container of the Compose service, its id `old` and its number."""
    found = container(f"old{number}", labels={NUMBER: str(number)})
    more = {"Name": f"/shop-checkout-{number}", "HostConfig": {"NetworkMode": "host"}, "NetworkSettings": {}}
    return {**found, **more, "Config": {**found["Config"], **config}}


@dataclass
class Engine:
    """The containers by id, and what happens to them.

    cut, how: at which change (`stop shop-checkout-1`) something goes wrong, once, and what: the engine refuses it,
        gives no answer to it before or after doing it, or answers nothing at all any more from there.
    reached: set when it came to that.
    health: what the health check of a started container says, one word for each look.
    """

    containers: dict[str, dict[str, Any]]
    markers: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    cut: str = ""
    how: Cut = "refused"
    dead: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    health: list[str] = field(default_factory=list)

    @property
    def standing(self) -> dict[str, tuple[str, str]]:
        """Name -> id and status of every container."""
        found = self.containers.values()
        return {each["Name"].lstrip("/"): (each["Id"], each["State"]["Status"]) for each in found}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call of the API."""
        if self.dead:
            return await hang_up(request)
        body = await request.json() if request.can_read_body and request.path != "/images/json" else {}
        path = request.path.removeprefix("/v1.41").removeprefix("/").split("/")
        if request.method == "GET":
            return self._look(path)
        if path[0] == "volumes":
            return self._volume(path, body)
        what, done = self._meant(request, path)
        self.changes.append(what)
        if what != self.cut:
            return self._do(done, path, request, body)
        self.cut = ""
        return await self._go_wrong(done, path, request, body)

    async def _go_wrong(self, done: str, path: list[str], request: web.Request, body: Any) -> web.StreamResponse:
        self.reached.set()
        if self.how == "refused":
            return _said("device or resource busy", 500)
        if self.how.endswith("after"):
            self._do(done, path, request, body)
        if self.how.startswith("killed"):
            self.dead = True
            return await hang_up(request)
        await self.released.wait()
        return _said("too late", 500)

    def _meant(self, request: web.Request, path: list[str]) -> tuple[str, str]:
        if path[-1] == "create":
            return f"create {request.query['name']}", "create"
        done = "remove" if request.method == "DELETE" else path[2]
        found = self.containers.get(path[1])
        return f"{done} {found['Name'].lstrip('/') if found else path[1]}", done

    def _do(self, done: str, path: list[str], request: web.Request, body: Any) -> web.StreamResponse:
        if done == "create":
            return self._create(request.query["name"], body)
        found = self.containers.get(path[1])
        if found is None:
            return _said("No such container", 404)
        match done:
            case "start" | "restart":
                _set(found, "running", StartedAt=f"later {len(self.changes)}")
            case "stop":
                _set(found, "exited")
            case "remove" if found["State"]["Running"] and "force" not in request.query:
                return _said("You cannot remove a running container", 409)
            case "remove":
                del self.containers[path[1]]
            case "rename":
                return self._rename(found, request.query["name"])
        return web.Response(status=204)

    def _rename(self, found: dict[str, Any], called: str) -> web.StreamResponse:
        if called in self.standing:
            return _said(f"{called} is already in use", 409)
        found["Name"] = f"/{called}"
        return web.Response(status=204)

    def _create(self, called: str, body: Any) -> web.StreamResponse:
        if called in self.standing:
            return _said(f"{called} is already in use", 409)
        identity = f"new{len(self.changes)}"
        made = container(identity, image="sha256:v1", configured=body["Image"], labels=body["Labels"])
        config = {**made["Config"], **({"Healthcheck": QUICK_CHECK} if self.health else {})}
        made |= {"Name": f"/{called}", "HostConfig": {}, "NetworkSettings": {}, "Config": config}
        _set(made, "created")
        self.containers[identity] = made
        return _json({"Id": identity}, 201)

    def _volume(self, path: list[str], body: Any) -> web.StreamResponse:
        if path[-1] != "create":
            del self.markers[path[-1]]
            return web.Response(status=204)
        self.markers[body["Name"]] = {**body, "CreatedAt": "2026"}
        return _json(self.markers[body["Name"]])

    def _look(self, path: list[str]) -> web.StreamResponse:
        match path:
            case ["version"]:
                return _json({"ApiVersion": "1.41"})
            case ["images", "json"]:
                return _json(IMAGES)
            case ["images", *_]:
                return _json({"Id": "sha256:v2", "Config": {}, "RepoTags": []})
            case ["volumes"]:
                return _json({"Volumes": list(self.markers.values())})
            case ["volumes", called]:
                return _json(self.markers[called]) if called in self.markers else _said("no such volume", 404)
            case ["containers", "json"]:
                return _json(list(self.containers.values()))
        return self._inspect(path[1])

    def _inspect(self, called: str) -> web.StreamResponse:
        both = (one for one in self.containers.values() if called in (one["Id"], one["Name"].lstrip("/")))
        if (found := next(both, None)) is None:
            return _said("No such container", 404)
        if self.health and str(found["State"]["StartedAt"]).startswith("later"):
            word = self.health.pop(0) if len(self.health) > 1 else self.health[0]
            return _json({**found, "State": {**found["State"], "Health": {"Status": word}}})
        return _json(found)


def _set(found: dict[str, Any], status: str, **more: Any) -> None:
    found["State"] = {**found["State"], "Status": status, "Running": status == "running", **more}


def _said(words: str, status: int) -> web.StreamResponse:
    return _json({"message": words}, status)


def _json(body: object, status: int = 200) -> web.StreamResponse:
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


@asynccontextmanager
async def acting(engine: Engine, *, single: bool = False) -> AsyncIterator[tuple[DockerActuator, Target]]:
    """An actuator on this engine, and the target: one container by its name, or the Compose service."""
    async with answering(engine.handle) as port:
        options = {"container": "shop-checkout-1"} if single else {"project": "shop", "compose_service": "checkout"}
        actuator = DockerActuator()
        try:
            yield actuator, Target("docker", "checkout", {**options, "host": f"tcp://127.0.0.1:{port}"})
        finally:
            engine.released.set()
            await actuator.close()
