"""How a surface is spoken to: where, when not, and how fast."""

from dataclasses import dataclass, field

from bot.domain.errors import ChatError
from bot.domain.hush import Quiet
from bot.domain.pace import Pace
from bot.domain.routing import Routing
from bot.domain.words import count

REST = 30.0
"""Seconds before that is tried again which a person must mend."""


@dataclass(slots=True)
class Manners:
    """One for each surface.

    late: how many updates its pace held back the last time.
    refusals: what was refused for good, with the moment (monotonic seconds) at which it is tried again.
    """

    routing: Routing = field(default_factory=Routing)
    quiet: Quiet = field(default_factory=Quiet)
    pace: Pace = field(default_factory=lambda: Pace({}))
    late: int = 0
    refusals: dict[str, tuple[float, ChatError]] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """For people: `3 updates delayed`; empty when none is."""
        return f"{count(self.late, 'update')} delayed" if self.late else ""

    def rest(self, name: str, error: ChatError, now: float) -> None:
        """A message was refused: it rests if only a person can mend that."""
        if error.permanent:
            self.refusals[name] = (now + REST, error)

    def resting(self, name: str, now: float) -> ChatError | None:
        """Why a message is not tried now; None when it may be."""
        until, error = self.refusals.get(name, (now, None))
        if until <= now:
            self.refusals.pop(name, None)
        return error if until > now else None
