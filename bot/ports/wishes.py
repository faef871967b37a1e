"""What people wish, as the flow sees it: not to be told, and other thresholds. Adapters raise StoreError."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.domain.silence import Silence
from bot.domain.tuning import Vote


class Silences(Protocol):
    """What people asked not to be told for a while."""

    async def give(self, silence: Silence) -> None:
        """Writes a new one."""
        ...

    async def valid(self) -> Sequence[Silence]:
        """Those that hold now, oldest first."""
        ...

    async def end(self, silence_id: str, why: str) -> bool:
        """Ends it before its time; False when it held no more."""
        ...


class Votes(Protocol):
    """What people said of incidents, signature by signature."""

    async def cast(self, given: Iterable[Vote]) -> None:
        """Writes them; one that the same person gave before on the same incident and signature is replaced."""
        ...

    async def all(self) -> Sequence[Vote]:
        """Every vote, oldest first."""
        ...

    async def forget(self, signature: str) -> int:
        """Takes back all votes on a signature; gives how many there were."""
        ...
