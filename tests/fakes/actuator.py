"""A target that exists only in memory, and can be told to fail at every point."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from actions.model import (
    Action,
    ActuatorError,
    Answer,
    Change,
    DriftedError,
    Plan,
    Revision,
    State,
    Target,
    Verb,
)


class Crash(BaseException):
    """The process dies here."""


class FakeActuator:
    """Holds the state of each service and counts effects. `on_run` is called before and after the effect."""

    verbs: Sequence[Verb] = ("restart", "scale", "rollback")

    def __init__(self, states: dict[str, State]) -> None:
        self.states = states
        self.effects: list[tuple[str, Action]] = []
        self.on_run: Callable[[str], None] = lambda _moment: None
        self.on_effect: Callable[[Action], None] = lambda _action: None

    async def check(self, target: Target) -> None:
        await self.state(target)

    async def state(self, target: Target) -> State:
        if target.service not in self.states:
            raise ActuatorError(f"no such workload: {target.service}")
        return self.states[target.service]

    async def plan(self, action: Action) -> Plan:
        state = await self.state(action.target)
        after = {"restart": "restarted", "scale": str(action.replicas), "rollback": str(action.revision)}[action.verb]
        before = str(state.replicas) if action.verb == "scale" else state.revision
        return Plan(action, state.version, (Change(action.verb, before, after),))

    async def run(self, plan: Plan, action_id: str) -> None:
        self.on_run("before")
        state = await self.state(plan.action.target)
        if plan.version != state.version:
            raise DriftedError("the target moved on since the plan was made")
        action = plan.action
        self.effects.append((action_id, action))
        self.states[action.target.service] = replace(
            state,
            version=f"{state.version}+",
            replicas=action.replicas or state.replicas,
            ready=action.replicas or state.replicas,
            revision=action.revision or state.revision,
        )
        self.on_effect(action)
        self.on_run("after")

    async def probe(self, target: Target, action_id: str) -> Answer:
        return "done" if any(done == action_id for done, _ in self.effects) else "not_done"

    async def close(self) -> None:
        return


def state(*revisions: str, at: float = 0.0, replicas: int = 1) -> State:
    """A healthy state whose last revision runs since `at`."""
    names = revisions or ("v1",)
    course = tuple(Revision(name, at - 86_400.0 * (len(names) - 1 - place)) for place, name in enumerate(names))
    return State(replicas, replicas, names[-1], course, version="1")
