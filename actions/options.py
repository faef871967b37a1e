"""The options of a target: checked by the model of its kind, carried by the target as plain text and lists of text."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from actions.model import ActuatorError, Option, Target

M = TypeVar("M", bound=BaseModel)

LONGEST = 35.0
"""Seconds that one action may wait for its effect: whoever runs it gives up, and calls it unknown, soon after."""


class TargetOptions(BaseModel):
    """What the options of every kind have in common: a key that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Text = Annotated[str, Field(min_length=1)]


def _number(value: object) -> object:
    return value.strip().removesuffix("s") if isinstance(value, str) else value


Seconds = Annotated[float, BeforeValidator(_number), Field(gt=0, le=LONGEST)]
"""`20` or `20s`."""


def options_of(target: Target, model: type[M]) -> M:
    """The target's options, as its kind knows them.

    Raises:
        ActuatorError: they are not what the kind needs; the text names the first place.
    """
    try:
        return model.model_validate(dict(target.options))
    except ValidationError as error:
        faults = error.errors()
    here = f"services.{target.service}.target"
    if missing := [str(fault["loc"][-1]) for fault in faults if fault["type"] == "missing"]:
        raise ActuatorError(
            f"the target of service {target.service!r} (kind {target.kind}) lacks {', '.join(missing)}: "
            f"add it under {here}"
        )
    where = ".".join((here, *(str(part) for part in faults[0]["loc"])))
    raise ActuatorError(f"{where}: {faults[0]['msg'].removeprefix('Value error, ')}")


def carried(options: BaseModel) -> dict[str, Option]:
    """What was given of the options, as a target carries it; defaults stay out, so new ones change no digest."""
    given = options.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return {
        name: tuple(str(each) for each in value) if isinstance(value, list) else str(value)
        for name, value in given.items()
    }
