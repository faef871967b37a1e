"""Acts on services that a local supervisor runs, by changing the desired state in their manifests.

Options of a target: `directory`, where the manifests are (see `actions.manifest`). The manifest's version is the
precondition; the action's id is written with the change in one step, so a repeat is seen and has no second effect.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from actions.draft import draft
from actions.manifest import Instance, Manifest, change, read, read_status
from actions.model import Action, ActuatorError, Answer, DriftedError, Plan, Revision, State, Target, Verb
from actions.options import TargetOptions, Text, options_of

RECALLED = 0
"""The version in the manifest of a run that was called back."""


class ProcessOptions(TargetOptions):
    """`directory`: where the manifests are."""

    directory: Text


class ProcessActuator:
    """The actuator of kind `process`. `now` gives epoch seconds."""

    Options: ClassVar[type[ProcessOptions]] = ProcessOptions

    verbs: ClassVar[tuple[Verb, ...]] = ("restart", "scale", "rollback")

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the manifest cannot be read or its directory not be written."""
        await self.state(target)
        directory = _directory(target)
        if not os.access(directory, os.W_OK | os.X_OK):
            raise ActuatorError(f"may not write to {directory}: give this user the right to")

    async def state(self, target: Target) -> State:
        """What is wanted, and how much of it is ready: instances of a superseded manifest count as not ready."""
        directory = _directory(target)
        manifest, status = await asyncio.to_thread(
            lambda: (read(directory, target.service), read_status(directory, target.service))
        )
        return State(
            replicas=manifest.replicas,
            ready=sum(_serves(instance, manifest) for instance in status.instances),
            revision=manifest.revision,
            revisions=tuple(Revision(release.name, release.deployed_at) for release in manifest.revisions),
            version=str(manifest.version),
            problems=status.problems,
            restarts=sum(instance.restarts for instance in status.instances),
            at_once=0,  # its supervisor ends what serves only when the successor is ready
        )

    async def plan(self, action: Action) -> Plan:
        """The dry run against the manifest as it is."""
        return draft(action, await self.state(action.target), self.verbs)

    async def run(self, plan: Plan, action_id: str) -> None:
        """Changes the manifest, once, if it still is at the plan's version."""
        action = plan.action

        def apply(manifest: Manifest) -> Manifest:
            if manifest.actions.get(action_id) == RECALLED:
                raise DriftedError(f"this run was called back from {manifest.service}: make a new plan")
            if action_id in manifest.actions:
                return manifest
            if str(manifest.version) != plan.version:
                raise DriftedError(
                    f"the manifest of {manifest.service} is at version {manifest.version}, the plan was made at "
                    f"{plan.version}: make a new plan"
                )
            wanted = self._wanted(manifest, action)
            return replace(wanted, actions={**manifest.actions, action_id: manifest.version + 1})

        await asyncio.to_thread(change, _directory(action.target), action.target.service, None, apply)

    async def probe(self, target: Target, action_id: str) -> Answer:
        """`done` when the manifest has the action's id: it came with the change in one write."""
        manifest = await asyncio.to_thread(read, _directory(target), target.service)
        return "done" if manifest.actions.get(action_id, RECALLED) != RECALLED else "not_done"

    async def recall(self, target: Target, action_id: str) -> Answer:
        """Writes that the run with this id came to nothing, unless it had its effect; a late one then finds that."""

        def apply(manifest: Manifest) -> Manifest:
            if action_id in manifest.actions:
                return manifest
            return replace(manifest, actions={**manifest.actions, action_id: RECALLED})

        manifest = await asyncio.to_thread(change, _directory(target), target.service, None, apply)
        return "not_done" if manifest.actions.get(action_id, RECALLED) == RECALLED else "done"

    async def close(self) -> None:
        """Holds nothing open."""

    def _wanted(self, manifest: Manifest, action: Action) -> Manifest:
        match action.verb:
            case "restart":
                # Later than the last restart even when the clock was set back, or the supervisor would see nothing new.
                return replace(manifest, restarted_at=max(self._now(), manifest.restarted_at + 0.001))
            case "scale" if action.replicas is not None:
                return replace(manifest, replicas=action.replicas)
            case "rollback" if action.revision is not None and manifest.release(action.revision):
                return replace(manifest, revision=action.revision)
        raise ActuatorError(f"the plan for {manifest.service} names nothing that could be done: make a new plan")


def _directory(target: Target) -> Path:
    return Path(options_of(target, ProcessOptions).directory)


def _serves(instance: Instance, manifest: Manifest) -> bool:
    return instance.ready and instance.revision == manifest.revision and instance.started_at >= manifest.restarted_at
