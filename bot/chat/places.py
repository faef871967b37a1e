"""The chats that a bot is in, by the names that people know them by."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 8
"""How many places a line names."""


@dataclass(frozen=True, slots=True)
class Place:
    """A chat: its name, its id for the config, and what else tells it from others."""

    name: str
    id: str
    about: str = ""

    @property
    def line(self) -> str:
        """`#ops  C0123456789  private`."""
        return "  ".join(filter(None, (self.name, self.id, self.about)))


def named(places: Sequence[Place]) -> str:
    """The places in one line: `#ops C0123456789, #dev C0223456789`; empty when there are none."""
    rest = len(places) - MOST
    shown = [f"{place.name} {place.id}" + (f" ({place.about})" if place.about else "") for place in places[:MOST]]
    return ", ".join([*shown, f"and {rest} more"] if rest > 0 else shown)
