"""Silences: a person asks that incidents of some services are not told for a while. They go on being watched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.words import listing


@dataclass(frozen=True, slots=True)
class Silence:
    """Given by one person for some services. Times are epoch seconds.

    identity, words: who gave it.
    ended: why it ended early; empty while it holds.
    """

    id: str
    services: tuple[str, ...]
    identity: str
    words: str
    given_at: float
    until: float
    reason: str = ""
    ended: str = ""

    @property
    def sentence(self) -> str:
        """For people: `checkout and payments, by Ada (Slack): we move the database`."""
        return f"{listing(self.services)}, by {self.words}" + (f": {self.reason}" if self.reason else "")


def covering(services: Collection[str], silences: Sequence[Silence]) -> tuple[Silence, ...]:
    """The silences that cover all these services together; empty when one of them is not silent.

    What spreads to a service that nobody silenced is told.
    """
    mine = tuple(one for one in silences if set(services) & set(one.services))
    silent = {name for one in mine for name in one.services}
    return mine if services and set(services) <= silent else ()
