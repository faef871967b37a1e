"""Acts on services of Amazon ECS.

Options of a target: `cluster`, `service`, `region`, and `endpoint_url` where it is not Amazon's own. Credentials are
found as the AWS tools find them. A restart forces a new deployment, scaling sets the desired count, a rollback names
another task definition of the same family.

A plan holds for one deployment of one task definition, a plan to scale for one desired count. ECS has no change that
carries a condition or an id. So a tag is put on the service before anything is changed, with the deployment as it was.
An action whose tag is there is never begun again. Without a tag nothing was done; with one, the service tells whether
the change is there, or `unknown`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from actions import ecs_read as read
from actions.draft import draft
from actions.ecs_api import Ecs, Place
from actions.model import Action, ActuatorError, Answer, DriftedError, Plan, State, Target, Verb, describe
from actions.options import TargetOptions, options_of
from actions.report import parameters


class EcsOptions(TargetOptions):
    """`cluster` and `service`: names or ARNs."""

    cluster: str = Field(pattern=r"^[A-Za-z0-9:/_-]+$")
    service: str = Field(pattern=r"^[A-Za-z0-9:/_-]+$")
    region: str = Field(pattern=r"^[a-z0-9-]+$")
    endpoint_url: str = Field(default="", pattern=r"^(https?://[^\s@]+)?$")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at a service."""

    service: read.Json
    state: State


class EcsActuator:
    """The actuator of kind `ecs`. `now` gives epoch seconds."""

    Options: ClassVar[type[EcsOptions]] = EcsOptions
    verbs: Sequence[Verb] = ("restart", "scale", "rollback")

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._ecs = Ecs()

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the service cannot be read. ECS cannot be asked whether it may be changed."""
        await self._look(_place(target))

    async def state(self, target: Target) -> State:
        """The service's state."""
        return (await self._look(_place(target))).state

    async def plan(self, action: Action) -> Plan:
        """The dry run, by a look alone."""
        seen = await self._look(_place(action.target))
        if action.verb != "scale" and (trouble := read.obstacle(seen.service)):
            raise ActuatorError(f"cannot {action.verb} {action.target.service}: {trouble}")
        return draft(action, seen.state, read.verbs(seen.service))

    async def run(self, plan: Plan, action_id: str) -> None:
        """Changes the service, once, unless its tag is already there."""
        place = _place(plan.action.target)
        seen = await self._look(place)
        marks = read.marks(seen.service)
        if value := marks.get(action_id):
            if read.judge(value, seen.service) == "done":
                return
            raise ActuatorError(f"this action on {place} was begun before: see how far it came", "unknown")
        _refuse_drift(plan, seen.state, place)
        arn = seen.service["serviceArn"]
        change = _change(plan.action)
        if old := read.stale(marks):
            await self._ecs.untag(place, arn, old)
        await self._ecs.tag(place, arn, action_id, read.mark(plan.action, seen.service, self._now()))
        try:
            await self._ecs.update(place, **change)
        except ActuatorError as error:
            if error.effect == "none":
                await self._ecs.untag(place, arn, [action_id])
            raise

    async def probe(self, target: Target, action_id: str) -> Answer:
        """`not_done` without a tag; else `done`, or `unknown` when the change cannot be seen."""
        service = await self._ecs.service(_place(target))
        value = read.marks(service).get(action_id)
        return "not_done" if value is None else read.judge(value, service)

    async def close(self) -> None:
        """Closes the connections."""
        await self._ecs.close()

    async def _look(self, place: Place) -> _Seen:
        service = await self._ecs.service(place)
        definitions = await self._ecs.definitions(place, service["taskDefinition"])
        return _Seen(service, read.state(service, definitions))


def _place(target: Target) -> Place:
    options = options_of(target, EcsOptions)
    return Place(options.region, options.cluster, options.service, options.endpoint_url)


def _change(action: Action) -> dict[str, object]:
    given = parameters(action)
    match action.verb:
        case "restart":
            return {"forceNewDeployment": True}
        case "scale":
            return {"desiredCount": given["replicas"]}
        case "rollback":
            return {"taskDefinition": given["revision"]}
        case _:
            raise ActuatorError(f"cannot {describe(action)}: ECS has no such thing")


def _refuse_drift(plan: Plan, state: State, place: Place) -> None:
    if state.version != plan.version:
        raise DriftedError(f"{place} was deployed or restarted since the plan was made: make a new plan")
    if plan.action.verb == "scale" and plan.inverse and plan.inverse.replicas != state.replicas:
        raise DriftedError(
            f"{place} has {state.replicas} tasks, the plan was made at {plan.inverse.replicas}: make a new plan"
        )
