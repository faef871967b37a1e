"""The root of what the API answers: frozen models, and times as ISO text and epoch seconds."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class View(BaseModel):
    """The root of all models: frozen, and readable from domain values with the same names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Moment(View):
    """One time, twice: for people and for arithmetic."""

    iso: datetime
    epoch: float


def moment(at: object) -> object:
    """Epoch seconds as a moment; anything else as it is."""
    return Moment(iso=datetime.fromtimestamp(at, UTC), epoch=at) if isinstance(at, int | float) else at


Time = Annotated[Moment, BeforeValidator(moment)]
