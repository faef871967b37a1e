"""Silences as rows."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.silence import Silence
from bot.store import codec
from bot.store.tables import silences


class SilenceRows:
    """The Silences port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._holds = (silences.c.ended == "") & (silences.c.until > clock)

    async def give(self, silence: Silence) -> None:
        """Writes a new one."""
        row = {"id": silence.id, "until": silence.until, "ended": silence.ended, "body": codec.dump(silence)}
        await self._connection.execute(insert(silences).values(**row))

    async def valid(self) -> Sequence[Silence]:
        """Those that hold now, oldest first."""
        rows = await self._connection.execute(select(silences.c.body, silences.c.ended).where(self._holds))
        found = [replace(codec.load(Silence, row.body), ended=row.ended) for row in rows]
        return sorted(found, key=lambda one: one.given_at)

    async def end(self, silence_id: str, why: str) -> bool:
        """Ends it before its time; False when it held no more."""
        statement = update(silences).where(silences.c.id == silence_id, self._holds).values(ended=why)
        return (await self._connection.execute(statement)).rowcount == 1
