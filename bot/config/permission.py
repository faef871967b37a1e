"""What the config file may say about permission: who may approve what, and when nothing may be done."""

import re
from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from actions.model import Verb
from bot.config.duration import Duration
from bot.config.strict import Strict

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


def hours(text: object) -> object:
    """Checks hours such as "22:00-06:00": YAML 1.1 reads 8:30 as a number, and nobody means that.

    Raises:
        ValueError: it is no stretch of hours.
    """
    if text is not None and not re.fullmatch(rf"{CLOCK}-({CLOCK}|24:00)", str(text)):
        raise ValueError('write hours in quotes, as "08:00-18:00"')
    return text


def _local(at: datetime | None) -> datetime | None:
    """A day, or a day and a time, in the config's zone. A number counts from the epoch in UTC, so it has a zone."""
    if at is not None and at.tzinfo is not None:
        raise ValueError("give the local time of digest.timezone, without a zone")
    return at


def _clock(text: object) -> object:
    if text is not None and not re.fullmatch(CLOCK, str(text)):
        raise ValueError('write a time of day in quotes, as "08:00"')
    return text


class ApproverSettings(Strict):
    """Who may approve, by the stable id on each surface."""

    slack: tuple[str, ...] = ()
    telegram: tuple[int, ...] = ()
    web: tuple[str, ...] = ()


class OwnerSettings(ApproverSettings):
    """The approvers of what no rule is about. `owner` is who signed in by the one-time link."""

    web: tuple[str, ...] = ("owner",)


class PersonSettings(Strict):
    """The accounts of one person."""

    slack: str | None = None
    telegram: int | None = None
    web: str | None = None


class ScopeSettings(Strict):
    """What something is about; what is left out means all."""

    services: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    actions: frozenset[Verb] = frozenset()


class RuleSettings(ScopeSettings):
    """Who may approve what the scope names: `approvers` and all of `groups`. `people`: how many of them must."""

    approvers: ApproverSettings = ApproverSettings()
    groups: tuple[str, ...] = ()
    people: int = Field(default=1, ge=1, le=2)


class ApprovalSettings(Strict):
    """The approval rule. `people` names whose accounts belong together. The first of `rules` that fits decides.

    standing_until: the time of day at which standing approvals end; null: there are none.
    """

    approvers: OwnerSettings = OwnerSettings()
    groups: dict[str, ApproverSettings] = Field(default_factory=dict)
    rules: tuple[RuleSettings, ...] = ()
    people: dict[str, PersonSettings] = Field(default_factory=dict)
    expires_after: Annotated[Duration, Field(gt=0)] = 1800.0
    two_people_for: frozenset[Verb] = frozenset()
    standing_until: Annotated[time | None, BeforeValidator(_clock)] = time(8)


Hours = Annotated[str | None, BeforeValidator(hours)]


class SpanSettings(ScopeSettings):
    """When; all that is given must hold. `from`, `until`: local times; `hours` such as "22:00-06:00" of the `days`."""

    first: Annotated[datetime | None, AfterValidator(_local)] = Field(default=None, alias="from")
    until: Annotated[datetime | None, AfterValidator(_local)] = None
    days: tuple[Day, ...] = ()
    hours: Hours = None
    reason: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _some_time(self) -> "SpanSettings":
        if not (self.first or self.until or self.hours or self.days):
            raise ValueError("say when: from and until, or days, or hours")
        if self.first and self.until and self.until <= self.first:
            raise ValueError("until must be later than from")
        return self


class ActionSettings(Strict):
    """How much may be done in all, and when nothing is done: in a freeze, and outside of the windows of a service."""

    max_per_hour: int = Field(default=20, ge=1)
    freezes: tuple[SpanSettings, ...] = ()
    windows: tuple[SpanSettings, ...] = ()
