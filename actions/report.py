"""What a target that Steward knows nothing of says of itself, as JSON: by a webhook's status address, or by a command.

`{"replicas": 2, "ready": 2, "revision": "v2", "revisions": ["v1", {"name": "v2", "deployed_at": 1718000000}]}`, and
where there is more to say: `version`, another one whenever somebody changes the target; `problems`; `restarts`; and
`action`, what became of the action that was asked for: `done`, `not_done` or `unknown`.

Pure. The words come from outside, so they are made inert.
"""

import hashlib
import json
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from actions.model import Action, ActuatorError, Answer, Change, DriftedError, Plan, Revision, State, describe

SAFE = r"[A-Za-z0-9._:@/+][A-Za-z0-9._:@/+-]{0,127}"
"""What a revision or an action's id may look like, to be filled into anything. No leading dash: that is an option."""

UNSEEN = State(replicas=1, ready=1, revision="unknown", revisions=(), version="unknown")
"""The state of a target that cannot be asked."""

SHORT = 200


def inert(text: str) -> str:
    """Text of others as part of one line: nothing but printable characters, cut."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 20 * SHORT]).split())
    return words if len(words) <= SHORT else f"{words[:SHORT]}..."


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class _Release(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str = Field(pattern=f"^{SAFE}$")
    deployed_at: float = 0.0
    detail: Annotated[str, AfterValidator(inert)] = ""


class Report(BaseModel):
    """The JSON, checked."""

    model_config = ConfigDict(frozen=True)

    replicas: int = Field(ge=0, le=100_000)
    ready: int = Field(ge=0)
    revision: str = Field(default="", pattern=f"^({SAFE})?$")
    revisions: Annotated[tuple[Annotated[_Release, BeforeValidator(_named)], ...], Field(max_length=200)] = ()
    version: str = Field(default="", max_length=128)
    problems: tuple[Annotated[str, AfterValidator(inert)], ...] = ()
    restarts: int = Field(default=0, ge=0)
    action: Answer = "unknown"

    @property
    def state(self) -> State:
        """The state; without a version of the target's own, replicas and revision stand for it."""
        pair = json.dumps([self.replicas, self.revision])
        return State(
            replicas=self.replicas,
            ready=self.ready,
            revision=self.revision,
            revisions=tuple(Revision(each.name, each.deployed_at, each.detail) for each in self.revisions),
            version=self.version or hashlib.sha256(pair.encode()).hexdigest()[:16],
            problems=self.problems[:10],
            restarts=self.restarts,
            at_once=self.replicas,  # nobody says how it does it
        )


def read(text: bytes, where: str) -> Report:
    """The report. `where` names who gave it.

    Raises:
        ActuatorError: it is none.
    """
    try:
        return Report.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
    place = ".".join(str(part) for part in fault["loc"])
    raise ActuatorError(
        f"{where} gave no state that can be read ({f'{place}: ' if place else ''}{inert(fault['msg'])}): "
        "docs/actuators.md shows what it must give"
    )


def blind(action: Action, by: str) -> Plan:
    """The plan for a target that cannot be asked; only a restart makes sense then."""
    return Plan(action, UNSEEN.version, (Change(action.target.service, "as it is", f"restarted by {by}"),))


def refuse_drift(plan: Plan, state: State) -> None:
    """Raises DriftedError when the target is no longer at the plan's version."""
    if state.version != plan.version:
        raise DriftedError(f"{plan.action.target.service} changed since the plan was made: make a new plan")


def parameters(action: Action) -> dict[str, str | int]:
    """What belongs to the action's verb.

    Raises:
        ActuatorError: it is missing.
    """
    match action.verb:
        case "restart":
            return {}
        case "scale" if action.replicas is not None:
            return {"replicas": action.replicas}
        case "rollback" if action.revision:
            return {"revision": action.revision}
    raise ActuatorError(f"cannot {describe(action)}: the plan names nothing that could be done; make a new plan")
