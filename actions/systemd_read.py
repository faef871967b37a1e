"""What systemd says of units, and what follows from it. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.model import Action, Answer, Revision, State

WANTED = frozenset({"active", "reloading", "activating", "deactivating", "failed", "maintenance"})
"""The states of an instance that somebody started and nobody stopped."""

TELLING = frozenset({"notify", "notify-reload", "dbus", "forking"})
"""The types of services that say themselves when they are ready; a job of another one ends before that."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One service unit.

    invocation: another one for every start; `restarts`: by systemd itself since a person's.
    kind: the service's Type, which says when systemd takes it for started.
    """

    name: str
    active: str
    sub: str = ""
    invocation: str = ""
    restarts: int = 0
    result: str = "success"
    exit_code: int = 0
    kind: str = "simple"

    @property
    def number(self) -> int:
        """The instance's number; 0 where it has none."""
        return number(self.name)


def number(name: str) -> int:
    """The number of `name@3.service`; 0 where there is none."""
    found = re.fullmatch(r".*@([1-9][0-9]{0,4})\.service", name)
    return int(found[1]) if found else 0


def instance(template: str, which: int) -> str:
    """`name@3.service` of `name@.service`."""
    return template.replace("@.service", f"@{which}.service")


def state(units: Sequence[Unit], revision: str, revisions: tuple[Revision, ...]) -> State:
    """The state of these units, all of them wanted."""
    return State(
        replicas=len(units),
        ready=sum(unit.active in {"active", "reloading"} for unit in units),
        revision=revision,
        revisions=revisions,
        version=version(units, revision),
        problems=tuple(f"{unit.name}: {words}" for unit in units if (words := _problem(unit))),
        restarts=sum(unit.restarts for unit in units),
        at_once=1 if all(unit.kind in TELLING for unit in units) else len(units),
    )


def version(units: Sequence[Unit], revision: str) -> str:
    """Which units there are and which release they run, in 16 hexadecimal digits: no restart by itself changes it."""
    text = json.dumps([sorted(unit.name for unit in units), revision])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def before(units: Sequence[Unit]) -> dict[str, list[str | int]]:
    """What `judge` must know later of the units as they were."""
    return {unit.name: [unit.invocation, unit.restarts] for unit in units}


def judge(action: Action, was: Mapping[str, Sequence[str | int]], units: Sequence[Unit], revision: str) -> Answer:
    """Whether an action that surely was begun reached its end: `done`, else `unknown`, for it may be under way still.

    A start on request sets systemd's count of restarts to zero, one by policy adds to it. So another invocation with
    no higher count is a restart on request: this one, or another person's since.
    """
    here = {unit.name: unit for unit in units}
    started = all(_restarted(here.get(name), old) for name, old in was.items())
    match action.verb:
        case "restart":
            return "done" if started else "unknown"
        case "rollback":
            return "done" if started and revision == action.revision else "unknown"
        case "scale":
            running = {unit.number for unit in units if unit.active == "active"}
            whole = running == set(range(1, (action.replicas or 0) + 1)) and len(running) == len(units)
            return "done" if whole else "unknown"
        case _:
            return "unknown"


def _restarted(unit: Unit | None, was: Sequence[str | int]) -> bool:
    if unit is None or unit.active != "active":
        return False
    return unit.invocation != was[0] and unit.restarts <= int(was[1])


def _problem(unit: Unit) -> str:
    why = unit.result if unit.result not in {"", "success"} else "no reason given"
    if unit.active == "failed":
        return f"failed ({why}), last exit code {unit.exit_code}"
    if unit.sub.startswith("auto-restart"):
        return f"restarting again and again ({why}), last exit code {unit.exit_code}"
    return "not running" if unit.active == "inactive" else ""
