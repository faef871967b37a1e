"""Standing approvals as rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.standing import Standing
from bot.store import codec
from bot.store.rows import locked
from bot.store.tables import standings


class StandingRows:
    """The Standings port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._holds = (standings.c.ended == "") & (standings.c.until > clock)

    async def give(self, standing: Standing) -> None:
        """Writes a new one."""
        row = {"id": standing.id, "until": standing.until, "used": standing.used, "ended": standing.ended}
        await self._connection.execute(insert(standings).values(**row, body=codec.dump(standing)))

    async def get(self, standing_id: str) -> Standing | None:
        """One of them, locked until the unit ends."""
        query = locked(self._connection, select(standings).where(standings.c.id == standing_id))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _standing(row)

    async def valid(self) -> Sequence[Standing]:
        """Those that hold now, oldest first."""
        query = select(standings).where(self._holds)
        found = [_standing(row) for row in await self._connection.execute(query)]
        return sorted(found, key=lambda one: one.given_at)

    async def use(self, standing_id: str) -> bool:
        """Counts one action under it; False when it holds no more."""
        return await self._change(standing_id, used=standings.c.used + 1)

    async def end(self, standing_id: str, why: str) -> bool:
        """Ends it before its time; False when it held no more."""
        return await self._change(standing_id, ended=why)

    async def _change(self, standing_id: str, **values: Any) -> bool:
        statement = update(standings).where(standings.c.id == standing_id, self._holds).values(**values)
        return (await self._connection.execute(statement)).rowcount == 1


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:
    return replace(codec.load(Standing, row.body), used=row.used, ended=row.ended)
