"""People signed in on the page, as rows."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import upsert
from bot.store.tables import sessions


class SessionRows:
    """The Sessions port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def open(self, hash_: str, identity: str, name: str, lasts: float) -> None:
        """Signs somebody in for so many seconds."""
        row = {"hash": hash_, "identity": identity, "name": name, "expires_at": self._clock + lasts}
        await upsert(self._connection, sessions, row)

    async def who(self, hash_: str) -> tuple[str, str] | None:
        """The identity and name of an unexpired session."""
        query = select(sessions.c.identity, sessions.c.name).where(
            sessions.c.hash == hash_, sessions.c.expires_at > self._clock
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else (row.identity, row.name)
