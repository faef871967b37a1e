"""When nothing may be done: in a freeze, and outside of the windows where a service has some."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.domain.scope import Scope

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of local time; all that is given must hold. `words` say it as the config does.

    first, last: from the one up to, not with, the other; naive local times.
    days: 0 is Monday; empty means every day.
    start, end: minutes of the day. An end that is not after the start lies on the next day.
    """

    words: str
    first: datetime | None = None
    last: datetime | None = None
    days: frozenset[int] = frozenset()
    start: int = 0
    end: int = DAY

    def covers(self, local: datetime) -> bool:
        """Whether a naive local time lies in it."""
        if (self.first and local < self.first) or (self.last and local >= self.last):
            return False
        minute, today = local.hour * 60 + local.minute, local.weekday()
        if self.start < self.end:
            return self._on(today) and self.start <= minute < self.end
        return (self._on(today) and minute >= self.start) or (self._on((today - 1) % 7) and minute < self.end)

    def _on(self, day: int) -> bool:
        return not self.days or day in self.days


@dataclass(frozen=True, slots=True)
class Entry:
    """A freeze or a window: when, for what, and why."""

    span: Span
    scope: Scope = field(default_factory=Scope)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The freezes and windows of a config, in its time zone."""

    zone: tzinfo = UTC
    freezes: Sequence[Entry] = field(default=())
    windows: Sequence[Entry] = field(default=())

    def closed(self, service: str, environment: str, verb: str, now: float) -> str:
        """Why this verb is not done to this service now (epoch seconds); empty when nothing speaks against it."""
        local = datetime.fromtimestamp(now, self.zone).replace(tzinfo=None)
        for freeze in self.freezes:
            if freeze.scope.covers(service, environment, verb) and freeze.span.covers(local):
                return f"{service} is frozen ({freeze.span.words})" + (f": {freeze.reason}" if freeze.reason else "")
        windows = [window.span for window in self.windows if window.scope.covers(service, environment, verb)]
        if windows and not any(span.covers(local) for span in windows):
            return f"{service} may be acted on only within {' or '.join(span.words for span in windows)}"
        return ""
