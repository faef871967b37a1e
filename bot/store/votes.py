"""What people said of incidents, as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.tuning import Vote
from bot.store.rows import upsert
from bot.store.tables import votes


class VoteRows:
    """The Votes port over SQL."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cast(self, given: Iterable[Vote]) -> None:
        """Writes them; one that the same person gave before on the same incident and signature is replaced."""
        for vote in given:
            await upsert(self._connection, votes, asdict(vote))

    async def all(self) -> Sequence[Vote]:
        """Every vote, oldest first."""
        rows = await self._connection.execute(select(votes).order_by(votes.c.at))
        return [Vote(**row) for row in rows.mappings()]

    async def forget(self, signature: str) -> int:
        """Takes back all votes on a signature; gives how many there were."""
        return (await self._connection.execute(delete(votes).where(votes.c.signature == signature))).rowcount
