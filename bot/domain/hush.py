"""When an incident is not told in the chats: its services are silenced, or it is night and it can wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.domain.calendar import Span
from bot.domain.delivery import Behind
from bot.domain.incident import Severity
from bot.domain.silence import Silence, covering
from bot.domain.words import until_time


@dataclass(frozen=True, slots=True)
class Quiet:
    """The quiet hours of a config, by severity, in its time zone."""

    zone: tzinfo = UTC
    hours: Mapping[Severity, Span] = field(default_factory=dict)

    def holds(self, severity: Severity, now: float) -> bool:
        """Whether what is so bad waits at this moment (epoch seconds)."""
        span = self.hours.get(severity)
        return span is not None and span.covers(datetime.fromtimestamp(now, self.zone).replace(tzinfo=None))


def hush(one: Behind, silences: Sequence[Silence], quiet: Quiet, now: float) -> str:
    """Why the incident is not told now; empty when it is.

    Args:
        one: the incident that would be told.
        silences: those that hold now.
        quiet: the quiet hours.
        now: epoch seconds.
    """
    if found := covering(one.services, silences):
        until = until_time(min(silence.until for silence in found), quiet.zone)
        return f"silenced until {until}: {'; '.join(silence.sentence for silence in found)}"
    if quiet.holds(one.severity, now):
        return f"waits for the end of the quiet hours ({quiet.hours[one.severity].words})"
    return ""
