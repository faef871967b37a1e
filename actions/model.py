"""The values that actions are made of: target, action, plan and what a target says of itself.

A plan is the dry run of an action: what would change, from what to what. Its digest covers everything that a
person approves, so a button can be bound to exactly one plan.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol, runtime_checkable

Verb = Literal["restart", "scale", "rollback", "evict", "cordon", "uncordon"]
Answer = Literal["done", "not_done", "unknown"]
Option = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an action is done: one workload of one service. `options` are the actuator's own, from the config."""

    kind: str
    service: str
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """What to do. All of it is absolute, so a repeat is harmless.

    replicas, revision: of scale and of rollback.
    instance: the one instance that evict moves away, or the node that cordon closes and uncordon opens.
    """

    verb: Verb
    target: Target
    replicas: int | None = None
    revision: str | None = None
    instance: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a dry run: the thing that changes, from one state to another, in words a person reads."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """An action against one version of its target, ready to be approved.

    `version` is the target's own version (resourceVersion, manifest version ...), the precondition of the run.
    `inverse` undoes the action, where that exists.
    """

    action: Action
    version: str
    changes: tuple[Change, ...]
    inverse: Action | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the whole plan, 64 hexadecimal digits."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Revision:
    """One deployed version that a rollback can name. `deployed_at` is in epoch seconds; the list is oldest first."""

    name: str
    deployed_at: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """One running copy (a pod, say) and the node that it runs on, where the target knows them."""

    name: str
    node: str
    ready: bool


@dataclass(frozen=True, slots=True)
class State:
    """What a target says of itself now. `problems` are its own words ("CrashLoopBackOff"), empty when it is well.

    instances: its running copies; empty where the target does not tell them apart.
    at_once: how many replicas a restart or a roll-back may take away before the first is ready again, at worst;
        0: each is replaced before it goes.
    """

    replicas: int
    ready: int
    revision: str
    revisions: tuple[Revision, ...]
    version: str
    problems: tuple[str, ...] = ()
    restarts: int = 0
    instances: tuple[Instance, ...] = ()
    at_once: int = 1

    @property
    def previous(self) -> Revision | None:
        """The revision that ran before the present one; None when that is the oldest, or not recorded."""
        names = [revision.name for revision in self.revisions]
        place = names.index(self.revision) if self.revision in names else 0
        return self.revisions[place - 1] if place > 0 else None

    @property
    def settled(self) -> bool:
        """Whether every replica that is wanted is ready and nothing is wrong."""
        return self.ready >= self.replicas and not self.problems


class ActuatorError(Exception):
    """An actuator could not do what was asked; the text says what, where and what to do.

    `effect` is "none" when the target surely was not touched, "unknown" when it may have been.
    """

    def __init__(self, message: str, effect: Literal["none", "unknown"] = "none") -> None:
        super().__init__(message)
        self.effect = effect


class DriftedError(ActuatorError):
    """The target is no longer at the plan's version. Nothing was done; a new plan is needed."""


class Actuator(Protocol):
    """One way to act on targets. Every method raises ActuatorError and nothing else."""

    verbs: Sequence[Verb]

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the target cannot be reached or the rights do not suffice; changes nothing."""
        ...

    async def state(self, target: Target) -> State:
        """The target's state now."""
        ...

    async def plan(self, action: Action) -> Plan:
        """The dry run. Changes nothing. Raises when the action makes no sense on this target."""
        ...

    async def run(self, plan: Plan, action_id: str) -> None:
        """Does it, once, if the target still is at the plan's version; leaves `action_id` on the target.

        Raises DriftedError when the target moved on since the plan.
        """
        ...

    async def probe(self, target: Target, action_id: str) -> Answer:
        """Whether the run with this id had its effect on the target."""
        ...

    async def close(self) -> None:
        """Frees connections."""
        ...


@runtime_checkable
class Recallable(Protocol):
    """An actuator whose targets can be told that a run must have no effect any more, whoever still tries."""

    async def recall(self, target: Target, action_id: str) -> Answer:
        """Calls a run back; gives whether it had its effect before: `done`, or `not_done` and then it never will."""
        ...


def describe(action: Action) -> str:
    """The action in a few words: `roll back payments to v1`."""
    service = action.target.service
    match action.verb:
        case "restart":
            return f"restart {service}"
        case "scale":
            return f"scale {service} to {action.replicas} replica{'' if action.replicas == 1 else 's'}"
        case "rollback":
            return f"roll back {service} to {action.revision}"
        case "evict":
            return f"evict {action.instance} of {service}"
        case "cordon" | "uncordon":
            return f"{action.verb} node {action.instance} for {service}"
