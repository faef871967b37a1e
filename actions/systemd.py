"""Acts on service units of systemd over D-Bus.

Options of a target: `unit`, `checkout.service`, or a template `checkout@.service` for its numbered instances (only
these can be scaled: to three means 1, 2 and 3). `address`, a bus, where it is not the system bus. `releases`, a folder
of releases with the symbolic link `current` beside it, which the unit runs from: a rollback switches the link and
restarts.

systemd keeps no id with a job. So with `notes`, a folder of Steward's own, an action is noted before anything is
touched, with every unit's invocation. Without a note nothing was done; with one, the units tell whether the end was
reached, or `unknown`. Without `notes` an action that was cut off stays unknown.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, field_validator

from actions import systemd_files as files
from actions import systemd_read as read
from actions.draft import draft
from actions.model import Action, ActuatorError, Answer, DriftedError, Plan, State, Target, Verb
from actions.options import LONGEST, TargetOptions, options_of
from actions.systemd_bus import Manager, systemd


class SystemdOptions(TargetOptions):
    """`unit`: a service or a template of one; the folders are absolute paths."""

    unit: str = Field(pattern=r"^[A-Za-z0-9:_.\\-]+@?\.service$", max_length=200)
    address: str = ""
    releases: Path | None = None
    notes: Path | None = None

    @field_validator("releases", "notes")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_absolute():
            raise ValueError(f"{path} must be an absolute path")
        return path

    @property
    def template(self) -> bool:
        """Whether the unit is a template."""
        return self.unit.endswith("@.service")

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What can be done."""
        return (
            "restart",
            *(("scale",) if self.template else ()),
            *(("rollback",) if self.releases else ()),
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at a target."""

    units: list[read.Unit]
    state: State


class SystemdActuator:
    """The actuator of kind `systemd`."""

    Options: ClassVar[type[SystemdOptions]] = SystemdOptions
    verbs: Sequence[Verb] = ("restart", "scale", "rollback")

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the units or folders cannot be used. Polkit cannot be asked without acting."""
        options = options_of(target, SystemdOptions)
        async with systemd(options.address) as manager:
            await _look(manager, options)
        for folder in (options.notes, options.releases.parent if options.releases else None):
            if folder and not os.access(folder, os.W_OK | os.X_OK):
                raise ActuatorError(f"may not write to {folder}: make it, and give Steward's user the right to")

    async def state(self, target: Target) -> State:
        """The units' state: wanted are the unit, or the instances that somebody started."""
        options = options_of(target, SystemdOptions)
        async with systemd(options.address) as manager:
            return (await _look(manager, options)).state

    async def plan(self, action: Action) -> Plan:
        """The dry run."""
        return draft(action, await self.state(action.target), options_of(action.target, SystemdOptions).verbs)

    async def run(self, plan: Plan, action_id: str) -> None:
        """Does it, unit by unit, unless its note is already there."""
        action = plan.action
        options = options_of(action.target, SystemdOptions)
        async with systemd(options.address) as manager:
            seen = await _look(manager, options)
            if note := await _note(options, action_id):
                if read.judge(action, note["before"], seen.units, seen.state.revision) == "done":
                    return
                raise ActuatorError(f"this action on {options.unit} was begun before: see how far it came", "unknown")
            if seen.state.version != plan.version:
                raise DriftedError(f"{options.unit} is not as it was when the plan was made: make a new plan")
            await self._noted(_Work(manager, options, action, seen), action_id)

    async def probe(self, target: Target, action_id: str) -> Answer:
        """`not_done` without a note; else `done`, or `unknown` when the end of what was begun cannot be seen."""
        options = options_of(target, SystemdOptions)
        async with systemd(options.address) as manager:
            seen = await _look(manager, options)
        if options.notes is None:
            return "unknown"
        note = await _note(options, action_id)
        if note is None:
            return "not_done"
        action = Action(note["verb"], target, note["replicas"], note["revision"])
        return read.judge(action, note["before"], seen.units, seen.state.revision)

    async def close(self) -> None:
        """Holds nothing open."""

    async def _noted(self, work: "_Work", action_id: str) -> None:
        notes, action = work.options.notes, work.action
        if notes:
            note = {
                "verb": action.verb,
                "replicas": action.replicas,
                "revision": action.revision,
                "before": read.before(work.seen.units),
            }
            await asyncio.to_thread(files.begin, notes, action_id, note)
        try:
            async with asyncio.timeout(LONGEST):
                await work()
        except TimeoutError:
            raise ActuatorError(
                f"systemd had not finished with {work.options.unit} after {LONGEST:.0f} s", "unknown"
            ) from None
        except ActuatorError as error:
            if error.effect == "none" and notes:
                await asyncio.to_thread(files.forget, notes, action_id)
            raise


@dataclass(slots=True)
class _Work:
    """One action on its way. `touched`: whether anything was done, so that a refusal does not mean no effect."""

    manager: Manager
    options: SystemdOptions
    action: Action
    seen: _Seen
    touched: bool = False

    async def __call__(self) -> None:
        try:
            await self._do()
        except ActuatorError as error:
            raise ActuatorError(str(error), "unknown" if self.touched else error.effect) from None

    async def _do(self) -> None:
        action, options = self.action, self.options
        if action.verb == "scale":
            await self._scale(action.replicas or 0)
            return
        if action.verb == "rollback" and options.releases and action.revision:
            await asyncio.to_thread(files.switch, options.releases, action.revision)
            self.touched = True
        for unit in self.seen.units:
            await self.manager.job("RestartUnit", unit.name)
            self.touched = True

    async def _scale(self, wanted: int) -> None:
        present = {unit.number: unit for unit in self.seen.units}
        for number in range(1, wanted + 1):
            if number not in present or present[number].active != "active":
                await self.manager.job("StartUnit", read.instance(self.options.unit, number))
                self.touched = True
        for number in sorted(set(present) - set(range(1, wanted + 1)), reverse=True):
            await self.manager.job("StopUnit", present[number].name)
            self.touched = True
            if (await self.manager.unit(present[number].name)).active == "failed":
                await self.manager.forget_failure(present[number].name)


async def _look(manager: Manager, options: SystemdOptions) -> _Seen:
    if options.template:
        names = [name for name in await manager.instances(options.unit) if read.number(name)]
        units = [unit for unit in [await manager.unit(name) for name in names] if unit.active in read.WANTED]
        units.sort(key=lambda unit: unit.number)
    else:
        units = [await manager.unit(options.unit)]
    if not units:
        raise ActuatorError(f"no instance of {options.unit} was started: start one, such as number 1, or correct it")
    revision, revisions = await asyncio.to_thread(files.releases, options.releases) if options.releases else ("", ())
    return _Seen(units, read.state(units, revision, revisions))


async def _note(options: SystemdOptions, action_id: str) -> Any:
    return await asyncio.to_thread(files.begun, options.notes, action_id) if options.notes else None
