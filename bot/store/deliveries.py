"""The delivery log as rows: what each surface shows and said, and which clicks were handled."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Behind, Pictured, Unsaid
from bot.domain.people import Answer
from bot.store.incidents import event_of
from bot.store.rows import add_new, upsert
from bot.store.tables import announcements, deliveries, digests, handled, incidents, pictures, proposals, timeline

_OFFERS = exists().where(proposals.c.incident_id == incidents.c.id, proposals.c.state == "pending").correlate(incidents)
_SHOWN = (
    incidents.c.id.label("shown_id"),
    func.coalesce(deliveries.c.ref, "").label("shown_ref"),
    incidents.c.state.label("shown_state"),
    incidents.c.severity,
    incidents.c.services,
    incidents.c.opened_at,
    _OFFERS.label("offers"),
)
"""What `Behind` is made of."""


class DeliveryRows:
    """The Deliveries port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def behind(self, surface: str, since: float) -> Sequence[Behind]:
        """Incidents open or changed after `since` that the surface does not show as they are, oldest first."""
        query = (
            select(*_SHOWN)
            .select_from(incidents.outerjoin(deliveries, _mine(surface)))
            .where(func.coalesce(deliveries.c.version, 0) < incidents.c.version)
            .where((incidents.c.updated_at > since) | (incidents.c.state != "resolved"))
            .order_by(incidents.c.opened_at)
        )
        return [_behind(row) for row in await self._connection.execute(query)]

    async def shown(self, surface: str, incident_id: str, ref: str, version: int) -> None:
        """Records what a surface shows now."""
        row = {"surface": surface, "incident_id": incident_id, "ref": ref, "version": version, "at": self._clock}
        await upsert(self._connection, deliveries, row)

    async def ref(self, surface: str, incident_id: str) -> str:
        """The root message of an incident on a surface; empty when there is none."""
        query = select(deliveries.c.ref).where(deliveries.c.surface == surface, deliveries.c.incident_id == incident_id)
        return (await self._connection.execute(query)).scalar_one_or_none() or ""

    async def of(self, surface: str, ref: str) -> str:
        """The id of the incident that a message is about: its root, a reply or its picture; empty when unknown."""
        said = select(timeline.c.incident_id).join(announcements, announcements.c.event_id == timeline.c.id)
        queries = (
            select(deliveries.c.incident_id).where(deliveries.c.surface == surface, _named(deliveries.c.ref, ref)),
            said.where(announcements.c.surface == surface, _named(announcements.c.ref, ref)),
            select(pictures.c.incident_id).where(pictures.c.surface == surface, _named(pictures.c.ref, ref)),
        )
        found = await self._connection.execute(union_all(*queries).limit(1))
        return (found.scalar_one_or_none() or "") if ref else ""

    async def untold(self, since: float) -> int:
        """How many incidents opened after `since` ended without any surface having been told, though one asked."""
        told = select(deliveries.c.incident_id).where(deliveries.c.ref != "")
        query = select(func.count(deliveries.c.incident_id.distinct())).select_from(
            deliveries.join(incidents, deliveries.c.incident_id == incidents.c.id)
        )
        query = query.where(incidents.c.opened_at > since, deliveries.c.incident_id.not_in(told))
        return int((await self._connection.execute(query)).scalar_one())

    async def unpictured(self, surface: str, before: float) -> Sequence[Pictured]:
        """The shown incidents whose picture is missing, or older than they are and than `before`, oldest first."""
        mine = and_(pictures.c.incident_id == incidents.c.id, pictures.c.surface == surface)
        drawn = func.coalesce(pictures.c.version, 0)
        query = (
            select(incidents.c.id, deliveries.c.ref.label("thread"), func.coalesce(pictures.c.ref, ""), drawn)
            .select_from(incidents.join(deliveries, _mine(surface)).outerjoin(pictures, mine))
            .where(drawn < incidents.c.version, func.coalesce(pictures.c.at, 0.0) < before, deliveries.c.ref != "")
            .where((incidents.c.state != "resolved") | (incidents.c.updated_at > before))
            .order_by(func.coalesce(pictures.c.at, 0.0))
        )
        return [Pictured(*row) for row in await self._connection.execute(query)]

    async def pictured(self, surface: str, incident_id: str, ref: str, version: int) -> None:
        """Records the picture that a surface shows now."""
        row = {"surface": surface, "incident_id": incident_id, "ref": ref, "version": version, "at": self._clock}
        await upsert(self._connection, pictures, row)

    async def unsaid(self, surface: str, since: float) -> Sequence[Unsaid]:
        """Announced events later than `since` that the surface has not said, with the thread's ref, oldest first."""
        done = and_(announcements.c.event_id == timeline.c.id, announcements.c.surface == surface)
        query = (
            select(timeline, *_SHOWN)
            .select_from(
                timeline.join(incidents, incidents.c.id == timeline.c.incident_id)
                .join(deliveries, _mine(surface))
                .outerjoin(announcements, done)
            )
            .where(timeline.c.announced, timeline.c.at > since, announcements.c.event_id.is_(None))
            .order_by(timeline.c.id)
        )
        rows = await self._connection.execute(query)
        return [Unsaid(event_of(row), row.shown_ref, _behind(row)) for row in rows]

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


def _mine(surface: str) -> ColumnElement[bool]:
    return and_(deliveries.c.incident_id == incidents.c.id, deliveries.c.surface == surface)


def _named(column: ColumnElement[str], ref: str) -> ColumnElement[bool]:
    """Whether a ref is this one; what stands between its first part and its last only says where in the chat it is."""
    chat, _, message = ref.rpartition(":")
    begins = column.startswith(f"{chat}:", autoescape=True)
    return or_(column == ref, begins & column.endswith(f":{message}" if message else "", autoescape=True))


def _behind(row: Row[*tuple[Any, ...]]) -> Behind:
    services = tuple(name for name in row.services.split("\n") if name)
    return Behind(row.shown_id, row.shown_ref, row.shown_state, row.severity, services, row.opened_at, bool(row.offers))
