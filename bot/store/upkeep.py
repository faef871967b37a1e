"""What keeps the store from growing for ever. Incidents, their timelines, the ledger and the audit chain are kept."""

from sqlalchemy import ColumnElement, Delete, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import charts, handled, incidents, points, sessions


class UpkeepRows:
    """The Upkeep port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def prune(self, charts_before: float, handled_before: float) -> int:
        """Removes charts of incidents resolved before, clicks handled before, and expired sessions; gives how many."""
        old = select(incidents.c.id).where(incidents.c.state == "resolved", incidents.c.updated_at < charts_before)
        statements: list[Delete] = [
            delete(points).where(points.c.incident_id.in_(old)),
            delete(charts).where(charts.c.incident_id.in_(old)),
            delete(handled).where(handled.c.at < handled_before),
            delete(sessions).where(sessions.c.expires_at < self._clock),
        ]
        return sum([(await self._connection.execute(statement)).rowcount for statement in statements])
