"""Acts on containers of a Docker Engine.

Options of a target: `container`, a name; or `project` and `compose_service` for all containers of one Compose service
(only these can be scaled). `host` is the engine's address, by default DOCKER_HOST or the usual socket.

Revisions are the images of the same repository that the engine holds. A rollback makes the container anew on one of
them, under the same name and with its volumes; the next `docker compose up` brings back what the Compose file says.

A plan holds for exactly these containers on exactly these images. Docker has no change that carries a condition and an
id, so a marker, a labelled empty volume, is left before anything is touched. An action whose marker is there is never
begun again. Without a marker nothing was done; with one, the containers tell whether the end was reached, or `unknown`.
"""

import asyncio
import os
from dataclasses import dataclass, replace
from typing import ClassVar

from actions.docker_api import Engine
from actions.docker_aside import NEW, OLD, in_the_way, spent
from actions.docker_config import fixed_ports, sibling, sibling_name, successor
from actions.docker_options import DockerOptions
from actions.docker_pace import BACK, WAY, Pace, at_once, hurried, pace, too_slow
from actions.docker_read import Json, Record, before, judge, name, number, records, state
from actions.docker_swap import create_all, discard_all, start_all, swap
from actions.draft import draft
from actions.model import Action, ActuatorError, Answer, Change, DriftedError, Plan, State, Target, Verb
from actions.options import options_of
from actions.shielded import see_through

USUAL_SOCKET = "unix:///var/run/docker.sock"


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at a target."""

    containers: list[Json]
    records: tuple[Record, ...]
    state: State


class DockerActuator:
    """The actuator of kind `docker`."""

    Options: ClassVar[type[DockerOptions]] = DockerOptions
    verbs: ClassVar[tuple[Verb, ...]] = ("restart", "scale", "rollback")

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the engine or the target's containers cannot be reached."""
        await self._look(target)

    async def state(self, target: Target) -> State:
        """The containers' state. Docker wants as many replicas as there are containers, running or not."""
        return (await self._look(target)).state

    async def plan(self, action: Action) -> Plan:
        """The dry run. Docker cannot judge it beforehand, so what would surely fail is looked for here."""
        seen = await self._look(action.target)
        alone = bool(options_of(action.target, DockerOptions).container)
        plan = draft(action, seen.state, ("restart", "rollback") if alone else self.verbs)
        aside = await self._engine(action.target).aside(action.target) if action.verb == "rollback" else []
        if trouble := _obstacle(action, seen) or _blocked(aside, seen):
            raise ActuatorError(f"cannot {action.verb} {action.target.service}: {trouble}")
        stopped = _stopped(action, seen)
        if words := hurried(stopped, _pace(action, seen)):
            plan = replace(plan, changes=(*plan.changes, Change("time to stop", "the containers' own", words)))
        return plan

    async def run(self, plan: Plan, action_id: str) -> None:
        """Does it, container by container, unless its marker is already there. What is cut off is put back."""
        end = asyncio.get_running_loop().time() + WAY
        action, engine = plan.action, self._engine(plan.action.target)
        seen = await self._look(action.target)
        if marker := await engine.marker(action_id):
            if judge(action, action_id, marker["before"], seen.containers) == "done":
                return
            raise ActuatorError(
                f"this action on {action.target.service} was begun before: see how far it came", "unknown"
            )
        if seen.state.version != plan.version:
            raise DriftedError(
                f"the containers of {action.target.service} were replaced since the plan was made: make a new plan"
            )
        await engine.mark(action_id, _marker(action, seen))
        try:
            async with asyncio.timeout_at(end):
                await self._carry_out(engine, action, seen, action_id)
        except TimeoutError:
            raise ActuatorError(
                f"the containers of {action.target.service} were not all done after {WAY:.0f} s; the one under way "
                "was not left half done: see how far it came",
                "unknown",
            ) from None
        except ActuatorError as error:
            if error.effect == "none":
                await engine.unmark(action_id)
            raise

    async def probe(self, target: Target, action_id: str) -> Answer:
        """`not_done` without a marker; else `done`, or `unknown` when the end of what was begun cannot be seen."""
        marker = await self._engine(target).marker(action_id)
        if marker is None:
            return "not_done"
        seen = await self._look(target)
        action = Action(marker["verb"], target, marker["replicas"], marker["revision"])
        return judge(action, action_id, marker["before"], seen.containers)

    async def close(self) -> None:
        """Closes the connections."""
        while self._engines:
            _, engine = self._engines.popitem()
            await engine.close()

    async def _look(self, target: Target) -> _Seen:
        engine = self._engine(target)
        try:
            containers = await engine.containers(target)
        except ActuatorError:
            if lost := [each for each in await engine.aside(target) if name(each).endswith(OLD)]:
                raise ActuatorError(f"{target.service} has no container: {in_the_way(lost[0], ())}") from None
            raise
        known = records(containers, await engine.images())
        return _Seen(containers, known, replace(state(containers, known), at_once=at_once(containers)))

    def _engine(self, target: Target) -> Engine:
        host = options_of(target, DockerOptions).host or os.environ.get("DOCKER_HOST") or USUAL_SOCKET
        if host not in self._engines:
            self._engines[host] = Engine(host)
        return self._engines[host]

    async def _carry_out(self, engine: Engine, action: Action, seen: _Seen, action_id: str) -> None:
        """Raises with effect "none" only while no container was touched: all that can be tried before is."""
        match action.verb:
            case "restart":
                await _restart(engine, seen)
            case "scale":
                await self._scale(engine, action, seen, action_id)
            case "rollback":
                await self._rollback(engine, action, seen, action_id)

    async def _scale(self, engine: Engine, action: Action, seen: _Seen, action_id: str) -> None:
        wanted, present = action.replicas or 0, len(seen.containers)
        model, highest = seen.containers[0], number(seen.containers[-1])
        image = await engine.image(model["Image"])
        bodies = {
            sibling_name(model, new): sibling(model, image, new, action_id)
            for new in range(highest + 1, highest + 1 + wanted - present)
        }
        await start_all(engine, await create_all(engine, bodies))
        grace = _pace(action, seen).grace
        for container in reversed(_stopped(action, seen)):
            await engine.stop(container, grace[container["Id"]])
            await engine.remove(container)

    async def _rollback(self, engine: Engine, action: Action, seen: _Seen, action_id: str) -> None:
        record = next((record for record in seen.records if record.revision.name == action.revision), None)
        if record is None:
            raise ActuatorError(f"image {action.revision} of {action.target.service} is gone: choose another revision")
        for left in await engine.aside(action.target):
            if spent(left, seen.containers):
                await engine.discard(left["Id"], volumes=name(left).endswith(NEW))
        images = [await engine.image(container["Image"]) for container in seen.containers]
        bodies = {
            name(container) + NEW: successor(container, image, record.reference, action_id)
            for container, image in zip(seen.containers, images, strict=True)
        }
        await _replace(engine, seen.containers, await create_all(engine, bodies))


async def _restart(engine: Engine, seen: _Seen) -> None:
    found = pace(seen.containers)
    for container in seen.containers:
        await see_through(engine.restart(container, found.grace[container["Id"]]), BACK)
        if found.waits and container is not seen.containers[-1]:
            await engine.until_well(container["Id"])


async def _replace(engine: Engine, containers: list[Json], successors: list[str]) -> None:
    """Swaps one after the other. An old one that cannot be removed does not stop the others."""
    found, left = pace(containers), ""
    for container, new in zip(containers, successors, strict=True):
        waits = found.waits and container is not containers[-1]
        try:
            await swap(engine, container, new, found.grace[container["Id"]], waits=waits)
        except BaseException:
            await see_through(discard_all(engine, successors[successors.index(new) + 1 :]), BACK)
            raise
        try:
            await engine.remove(container)
        except ActuatorError as error:
            left = f"the roll-back is done, but {error}; docker rm {name(container)}{OLD}"
    if left:
        raise ActuatorError(left, "unknown")


def _stopped(action: Action, seen: _Seen) -> list[Json]:
    """The containers that the action stops."""
    return seen.containers[action.replicas or 0 :] if action.verb == "scale" else seen.containers


def _pace(action: Action, seen: _Seen) -> Pace:
    return pace(_stopped(action, seen), replaced=action.verb != "scale")


def _blocked(aside: list[Json], seen: _Seen) -> str:
    stuck = [each for each in aside if not spent(each, seen.containers)]
    return in_the_way(stuck[-1], seen.containers) if stuck else ""


def _marker(action: Action, seen: _Seen) -> Json:
    return {
        "verb": action.verb,
        "replicas": action.replicas,
        "revision": action.revision,
        "before": before(seen.containers),
    }


def _obstacle(action: Action, seen: _Seen) -> str:
    first = seen.containers[0]
    if action.verb == "rollback" and any(container["HostConfig"].get("AutoRemove") for container in seen.containers):
        return "it was started with --rm, so it would be gone once stopped; start it without"
    if action.verb == "scale" and (action.replicas or 0) > len(seen.containers):
        if ports := fixed_ports(first):
            return f"it publishes host port {', '.join(ports)}, which only one container can have"
        if not sibling_name(first, 2):
            return "it has a fixed container_name, which only one container can have"
    return too_slow(_stopped(action, seen))
