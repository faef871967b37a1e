"""What keeps the store from growing for ever. Incidents, their timelines, the ledger and the audit chain are kept."""

from sqlalchemy import ColumnElement, Delete, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import announcements, charts, handled, incidents, pictures, points, sessions, silences, timeline


class UpkeepRows:
    """The Upkeep port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def prune(self, charts_before: float, handled_before: float) -> int:
        """Removes what was drawn and said of incidents resolved before, clicks handled before, and what expired.

        Gives how many rows. Votes stay: thresholds are folded from them.
        """
        old = select(incidents.c.id).where(incidents.c.state == "resolved", incidents.c.updated_at < charts_before)
        facts = select(timeline.c.id).where(timeline.c.incident_id.in_(old))
        statements: list[Delete] = [
            delete(points).where(points.c.incident_id.in_(old)),
            delete(charts).where(charts.c.incident_id.in_(old)),
            delete(pictures).where(pictures.c.incident_id.in_(old)),
            delete(announcements).where(announcements.c.event_id.in_(facts)),
            delete(silences).where(silences.c.until < charts_before),
            delete(handled).where(handled.c.at < handled_before),
            delete(sessions).where(sessions.c.expires_at < self._clock),
        ]
        return sum([(await self._connection.execute(statement)).rowcount for statement in statements])
