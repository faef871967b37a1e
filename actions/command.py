"""Acts by running programs of the user's own: argument lists from the config, never a shell.

Into an argument list go only `{replicas}`, `{revision}` and `{action_id}`, each checked before it is filled in. Exit
code 0 means done; another one that something may have happened, unless `exit_nothing_done` lists it.

`state` prints what `actions.report` describes, `probe` prints `done`, `not_done` or `unknown`. Without `state` the
target cannot be seen, so that only a restart can be offered; without `probe` an action that was cut off stays unknown.
"""

import os
import re
import shutil
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, model_validator

from actions import report
from actions.command_run import Ended, run
from actions.draft import draft
from actions.model import Action, ActuatorError, Answer, Plan, State, Target, Verb
from actions.options import Seconds, TargetOptions, Text, options_of

PLACES: Mapping[str, frozenset[str]] = {
    "restart": frozenset({"action_id"}),
    "scale": frozenset({"action_id", "replicas"}),
    "rollback": frozenset({"action_id", "revision"}),
    "state": frozenset(),
    "probe": frozenset({"action_id"}),
}
"""What each argument list may name. It must name all of it, but the action's id only where that is asked for."""

ANSWERS: Mapping[str, Answer] = {"done": "done", "not_done": "not_done", "unknown": "unknown"}

_PLACE = re.compile(r"\{([a-z_]+)\}")


def _words(words: tuple[str, ...]) -> tuple[str, ...]:
    if words and (not words[0] or _PLACE.search(words[0])):
        raise ValueError("must begin with the program's name")
    if any("\0" in word for word in words):
        raise ValueError("must have no null character")
    return words


Words = Annotated[tuple[str, ...], AfterValidator(_words)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Code = Annotated[int, Field(ge=1, le=255)]


class CommandOptions(TargetOptions):
    """One argument list for each thing that can be done or asked. `environment`: the variables that are passed on."""

    restart: Words = ()
    scale: Words = ()
    rollback: Words = ()
    state: Words = ()
    probe: Words = ()
    exit_nothing_done: tuple[Code, ...] = ()
    environment: tuple[Name, ...] = ()
    cwd: Text | None = None
    timeout: Seconds = 30.0

    @model_validator(mode="after")
    def _sensible(self) -> "CommandOptions":
        for name, allowed in PLACES.items():
            words = self.words(name)
            named = set(_PLACE.findall(" ".join(words)))
            if odd := named - allowed:
                raise ValueError(f"{name} cannot be given {{{min(odd)}}}; it knows {_listed(allowed)}")
            needed = allowed - {"action_id"} if name != "probe" else allowed
            if words and (lost := needed - named):
                raise ValueError(f"{name} must name {_listed(lost)}")
        if not self.verbs:
            raise ValueError("give at least one of restart, scale and rollback")
        if not self.state and self.verbs != ("restart",):
            raise ValueError("scale and rollback need state: nobody can judge them who cannot see the target")
        return self

    def words(self, name: str) -> tuple[str, ...]:
        """The argument list of this name."""
        found: tuple[str, ...] = getattr(self, name)
        return found

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What can be done."""
        known: tuple[Verb, ...] = ("restart", "scale", "rollback")
        return tuple(verb for verb in known if self.words(verb))


class CommandActuator:
    """The actuator of kind `command`. `environment`: what Steward itself has."""

    Options: ClassVar[type[CommandOptions]] = CommandOptions
    verbs: Sequence[Verb] = ("restart", "scale", "rollback")

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when a program is not there, may not be run, or gives no state."""
        options = options_of(target, CommandOptions)
        for name in PLACES:
            if words := options.words(name):
                self._find(words[0], options)
        await self._seen(options)

    async def state(self, target: Target) -> State:
        """What `state` prints; without it, a state that says nothing."""
        return await self._seen(options_of(target, CommandOptions)) or report.UNSEEN

    async def plan(self, action: Action) -> Plan:
        """The dry run; what would be run is looked for, but not run."""
        options = options_of(action.target, CommandOptions)
        seen = await self._seen(options)
        plan = draft(action, seen or report.UNSEEN, options.verbs)
        program = self._find(options.words(action.verb)[0], options)
        return plan if seen else report.blind(action, program)

    async def run(self, plan: Plan, action_id: str) -> None:
        """Runs the verb's program, once, unless the target says that it was done or has changed."""
        action = plan.action
        options = options_of(action.target, CommandOptions)
        words = filled(options.words(action.verb), {**report.parameters(action), "action_id": action_id})
        if options.probe and await self.probe(action.target, action_id) == "done":
            return
        if seen := await self._seen(options):
            report.refuse_drift(plan, seen)
        ended = await self._run(words, options)
        if ended.code:
            nothing = ended.code in options.exit_nothing_done
            meaning = "nothing was done" if nothing else "it is not known what it did"
            raise ActuatorError(f"{_told(words, ended)}, so {meaning}", "none" if nothing else "unknown")

    async def probe(self, target: Target, action_id: str) -> Answer:
        """What `probe` prints; `unknown` without one, or when it prints or ends otherwise."""
        options = options_of(target, CommandOptions)
        if not options.probe:
            return "unknown"
        ended = await self._ask(filled(options.probe, {"action_id": action_id}), options)
        said = ended.output.decode("utf-8", "replace").strip()
        return ANSWERS.get(said, "unknown") if ended.code == 0 else "unknown"

    async def close(self) -> None:
        """Holds nothing open."""

    async def _seen(self, options: CommandOptions) -> State | None:
        if not options.state:
            return None
        ended = await self._ask(options.state, options)
        if ended.code:
            raise ActuatorError(f"{_told(options.state, ended)}: it could not tell the state")
        return report.read(ended.output, options.state[0]).state

    async def _ask(self, words: Sequence[str], options: CommandOptions) -> Ended:
        try:
            return await self._run(words, options)
        except ActuatorError as error:
            raise ActuatorError(str(error)) from None  # a question has no effect

    async def _run(self, words: Sequence[str], options: CommandOptions) -> Ended:
        passed = {name: self._environment[name] for name in options.environment if name in self._environment}
        environment = {"PATH": self._path, "LANG": "C.UTF-8", **passed}
        return await run((self._find(words[0], options), *words[1:]), environment, options.cwd, options.timeout)

    @property
    def _path(self) -> str:
        return self._environment.get("PATH", os.defpath)

    def _find(self, word: str, options: CommandOptions) -> str:
        """The program's path: of a name, in PATH; of a relative path, below `cwd`."""
        relative = "/" in word and not word.startswith("/")
        wanted = str(Path(options.cwd or ".").absolute() / word) if relative else word
        found = shutil.which(wanted, path=self._path)
        if found is None:
            raise ActuatorError(f"there is no program {word} that may be run: check its path and its rights")
        return found


def filled(words: Sequence[str], values: Mapping[str, str | int]) -> tuple[str, ...]:
    """The argument list with the values in their places.

    Raises:
        ActuatorError: a value is not safe to be filled in.
    """
    texts = {name: str(value) for name, value in values.items()}
    for name, text in texts.items():
        if not re.fullmatch(report.SAFE, text):
            raise ActuatorError(
                f"{name} {report.inert(text)!r} cannot be filled into a command: it may have only letters, digits and "
                "._:@/+-, 128 at most, and no dash in front"
            )
    return tuple(_PLACE.sub(lambda found: texts.get(found[1], found[0]), word) for word in words)


def _told(words: Sequence[str], ended: Ended) -> str:
    said = report.inert((ended.errors or ended.output).decode("utf-8", "replace"))
    how = f"exit code {ended.code}" if ended.code > 0 else f"signal {-ended.code}"
    return f"{words[0]} ended with {how}" + (f" ({said})" if said else "")


def _listed(names: Set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no places"
