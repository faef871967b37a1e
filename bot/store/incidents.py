"""Incidents and their timelines as rows."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.dossier import Dossier
from bot.domain.incident import Incident, Step
from bot.domain.timeline import Event, EventKind
from bot.store import codec
from bot.store.ledger import LedgerRows
from bot.store.rows import locked, take_turns, upsert
from bot.store.tables import incidents, timeline

FILING = 7_312_002
"""The key of the lock under which signals are filed."""


class IncidentRows:
    """The Incidents port over SQL."""

    def __init__(self, connection: AsyncConnection, ledger: LedgerRows) -> None:
        self._connection = connection
        self._ledger = ledger

    async def get(self, incident_id: str) -> Incident | None:
        """One incident, locked until the unit ends."""
        query = select(incidents.c.body).where(incidents.c.id == incident_id)
        body = (await self._connection.execute(locked(self._connection, query))).scalar_one_or_none()
        return None if body is None else codec.load(Incident, body)

    async def save(self, incident: Incident, *events: Event) -> None:
        """Writes the incident and appends facts to its timeline."""
        row = {
            "id": incident.id,
            "state": incident.state,
            "severity": incident.severity,
            "services": "\n".join(incident.services),
            "opened_at": incident.opened_at,
            "updated_at": incident.updated_at,
            "version": incident.version,
            "due_investigate": "investigate" in incident.due,
            "due_diagnose": "diagnose" in incident.due,
            "due_offer": "offer" in incident.due,
            "body": codec.dump(incident),
        }
        await upsert(self._connection, incidents, row)
        for event in events:
            values = {
                "incident_id": event.incident_id,
                "at": event.at,
                "kind": event.kind,
                "announced": event.announced,
                "text": event.text,
                "actor": event.actor,
                "rung": event.rung,
            }
            await self._connection.execute(insert(timeline).values(**values))

    async def exclusive(self) -> None:
        """Until the unit ends nobody else may file signals: else two sources could open two incidents for one fault."""
        await take_turns(self._connection, FILING)

    async def live(self, since: float) -> Sequence[Incident]:
        """Those not resolved, and those resolved after `since`, oldest first."""
        query = (
            select(incidents.c.body)
            .where((incidents.c.state != "resolved") | (incidents.c.updated_at > since))
            .order_by(incidents.c.opened_at)
        )
        return await self._all(query)

    async def due(self, step: Step) -> Sequence[str]:
        """The ids of those for which a step waits to be done, oldest first."""
        query = select(incidents.c.id).where(incidents.c[f"due_{step}"]).order_by(incidents.c.opened_at)
        return list((await self._connection.execute(query)).scalars())

    async def recent(self, limit: int, before: float | None = None) -> Sequence[Incident]:
        """The newest ones, newest first."""
        query = select(incidents.c.body).order_by(incidents.c.opened_at.desc()).limit(limit)
        return await self._all(query if before is None else query.where(incidents.c.opened_at < before))

    async def dossier(self, incident_id: str) -> Dossier | None:
        """An incident with all that belongs to it. A unique beginning of an id will do."""
        query = select(incidents.c.body).where(incidents.c.id.startswith(incident_id, autoescape=True)).limit(2)
        found = await self._all(query) if incident_id and incident_id.isascii() else []
        if len(found) != 1:
            return None
        whole = found[0].id
        return Dossier(
            incident=found[0],
            proposals=tuple(await self._ledger.of_incident(whole)),
            executions=tuple(await self._ledger.executions_of(whole)),
            outcomes=tuple(await self._ledger.outcomes_of(whole)),
            events=tuple(await self.events(whole)),
        )

    async def events(self, incident_id: str) -> Sequence[Event]:
        """The timeline, oldest first."""
        query = select(timeline).where(timeline.c.incident_id == incident_id).order_by(timeline.c.id)
        return [event_of(row) for row in await self._connection.execute(query)]

    async def told(self, incident_ids: Collection[str], kinds: Collection[EventKind]) -> Mapping[str, Sequence[Event]]:
        """Of each of these incidents the facts of some kinds, oldest first; one without any is left out."""
        query = select(timeline).where(timeline.c.incident_id.in_(incident_ids), timeline.c.kind.in_(kinds))
        found: dict[str, list[Event]] = {}
        for row in await self._connection.execute(query.order_by(timeline.c.id)):
            found.setdefault(row.incident_id, []).append(event_of(row))
        return found

    async def _all(self, query: Select[str]) -> list[Incident]:
        return [codec.load(Incident, body) for body in (await self._connection.execute(query)).scalars()]


def event_of(row: Row[*tuple[Any, ...]]) -> Event:
    """A row of the timeline as a fact."""
    return Event(row.incident_id, row.at, row.kind, row.text, row.actor, row.id, row.rung)
