"""How a surface is spoken to: where, when not, and how fast."""

from dataclasses import dataclass, field

from bot.domain.hush import Quiet
from bot.domain.pace import Pace
from bot.domain.routing import Routing


@dataclass(slots=True)
class Manners:
    """One for each surface. `late`: how many updates its pace held back the last time."""

    routing: Routing = field(default_factory=Routing)
    quiet: Quiet = field(default_factory=Quiet)
    pace: Pace = field(default_factory=lambda: Pace({}))
    late: int = 0

    @property
    def note(self) -> str:
        """For people: `3 updates delayed`; empty when none is."""
        return f"{self.late} update{'s' * (self.late > 1)} delayed" if self.late else ""
