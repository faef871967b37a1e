"""The delivery log as rows: what each surface shows and said, and which clicks were handled."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Answer
from bot.domain.timeline import Event
from bot.store.incidents import event_of
from bot.store.rows import add_new, upsert
from bot.store.tables import announcements, deliveries, digests, handled, incidents, timeline


class DeliveryRows:
    """The Deliveries port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def behind(self, surface: str, since: float) -> Sequence[tuple[str, str]]:
        """Incidents changed after `since` that the surface does not show as they are: (id, ref or empty)."""
        mine = and_(deliveries.c.incident_id == incidents.c.id, deliveries.c.surface == surface)
        query = (
            select(incidents.c.id, func.coalesce(deliveries.c.ref, ""))
            .select_from(incidents.outerjoin(deliveries, mine))
            .where(func.coalesce(deliveries.c.version, 0) < incidents.c.version, incidents.c.updated_at > since)
            .order_by(incidents.c.opened_at)
        )
        return [(row[0], row[1]) for row in await self._connection.execute(query)]

    async def shown(self, surface: str, incident_id: str, ref: str, version: int) -> None:
        """Records what a surface shows now."""
        row = {"surface": surface, "incident_id": incident_id, "ref": ref, "version": version, "at": self._clock}
        await upsert(self._connection, deliveries, row)

    async def ref(self, surface: str, incident_id: str) -> str:
        """The root message of an incident on a surface; empty when there is none."""
        query = select(deliveries.c.ref).where(deliveries.c.surface == surface, deliveries.c.incident_id == incident_id)
        return (await self._connection.execute(query)).scalar_one_or_none() or ""

    async def unsaid(self, surface: str, since: float) -> Sequence[tuple[Event, str]]:
        """Announced events later than `since` that the surface has not said, with the thread's ref, oldest first."""
        thread = and_(deliveries.c.incident_id == timeline.c.incident_id, deliveries.c.surface == surface)
        done = and_(announcements.c.event_id == timeline.c.id, announcements.c.surface == surface)
        query = (
            select(timeline, deliveries.c.ref)
            .select_from(timeline.join(deliveries, thread).outerjoin(announcements, done))
            .where(timeline.c.announced, timeline.c.at > since, announcements.c.event_id.is_(None))
            .order_by(timeline.c.id)
        )
        return [(event_of(row), row.ref) for row in await self._connection.execute(query)]

    async def said(self, surface: str, event_id: int, ref: str) -> None:
        """Records that a surface said an event."""
        row = {"surface": surface, "event_id": event_id, "ref": ref, "at": self._clock}
        await upsert(self._connection, announcements, row)

    async def answered(self, click_id: str) -> Answer | None:
        """What a click or command was answered before, when it was handled already."""
        query = select(handled.c.answer, handled.c.accepted).where(handled.c.id == click_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Answer(row.answer, row.accepted)

    async def remember(self, click_id: str, answer: Answer) -> None:
        """Records a handled click."""
        row = {"id": click_id, "at": self._clock, "accepted": answer.accepted, "answer": answer.text}
        await upsert(self._connection, handled, row)

    async def digested(self, surface: str) -> bool:
        """Whether a surface ever got a digest."""
        query = select(exists().where(digests.c.surface == surface))
        return bool((await self._connection.execute(query)).scalar_one())

    async def digest_failed(self, surface: str, day: str) -> None:
        """Gives the claim back: the digest surely was not sent."""
        await self._connection.execute(delete(digests).where(digests.c.day == day, digests.c.surface == surface))

    async def digest_due(self, surface: str, day: str) -> bool:
        """Claims the digest of a day for a surface; False when it was claimed before."""
        return await add_new(self._connection, digests, [{"day": day, "surface": surface, "at": self._clock}]) == 1
