"""What the config file may say about telling: where, when not, and whom when nobody looks."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from bot.config.duration import Duration
from bot.config.permission import Hours
from bot.config.strict import Strict
from bot.domain.incident import Severity


class PlaceSettings(Strict):
    """A place on each surface, as that surface writes it. What is left out is the surface's own default.

    A channel or a person's id in Slack; a chat in Telegram, or `chat:topic`; an address for e-mail and webhook.
    """

    slack: str | None = Field(default=None, pattern=r"^[CGUDW][A-Z0-9]+$")
    telegram: Annotated[str | None, BeforeValidator(lambda id_: None if id_ is None else str(id_))] = Field(
        default=None, pattern=r"^-?\d+(:\d+)?$"
    )
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    webhook: str | None = Field(default=None, pattern=r"^https?://\S+$")

    @property
    def places(self) -> dict[str, str]:
        """The places by surface, of those that are given."""
        names = ("slack", "telegram", "email", "webhook")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class RouteSettings(PlaceSettings):
    """Where incidents are told that fit: any of the services or teams, and any of the severities. Empty means all."""

    services: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    severity: frozenset[Severity] = frozenset()

    @model_validator(mode="after")
    def _somewhere(self) -> "RouteSettings":
        if not self.places:
            raise ValueError("say where: slack, telegram, email or webhook")
        return self


class RungSettings(PlaceSettings):
    """A step of the escalation of a critical incident that nobody acknowledged for so long.

    Without a place it is a reminder in the thread. `name`: whom it tells, for reading.
    """

    after: Annotated[Duration, Field(gt=0)]
    name: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def _named(self) -> "RungSettings":
        if self.places and not self.name:
            raise ValueError("give it a name: whom does it tell?")
        return self


class QuietSettings(Strict):
    """Hours such as "22:00-07:00" of digest.timezone in which nobody is told of what is only so bad."""

    warning: Hours = None
    info: Hours = None


class TellingSettings(Strict):
    """Where incidents are told, when not, and whom when nobody looks. The first of `routes` that fits decides.

    templates: the path of a file with words of one's own.
    """

    routes: tuple[RouteSettings, ...] = ()
    escalation: tuple[RungSettings, ...] = ()
    quiet_hours: QuietSettings = QuietSettings()
    templates: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _climbing(self) -> "TellingSettings":
        waits = [rung.after for rung in self.escalation]
        if waits != sorted(waits):
            raise ValueError("the steps of the escalation must come in order of their `after`")
        return self
