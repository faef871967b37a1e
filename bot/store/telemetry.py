"""Signal state, charts and baselines as rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.charts import Chart, Point
from bot.domain.signals import Track
from bot.store import codec
from bot.store.rows import add_new, upsert
from bot.store.tables import baselines, charts, points, positions, tracks


class TelemetryRows:
    """The Telemetry port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def tracks(self, source: str) -> Mapping[str, Track]:
        """The debounce state of a source's keys."""
        query = select(tracks.c.key, tracks.c.body).where(tracks.c.source == source)
        return {row.key: codec.load(Track, row.body) for row in await self._connection.execute(query)}

    async def save_tracks(self, source: str, states: Mapping[str, Track], gone: Iterable[str]) -> None:
        """Writes changed tracks and removes those that are done."""
        for key, track in states.items():
            await upsert(self._connection, tracks, {"key": key, "source": source, "body": codec.dump(track)})
        done = list(gone)
        if done:
            await self._connection.execute(delete(tracks).where(tracks.c.key.in_(done)))

    async def draw(self, incident_id: str, drawn: Iterable[Chart]) -> None:
        """Adds points to an incident's charts; a point that is there already stays as it is."""
        heads, rows = [], []
        for chart in drawn:
            key: dict[str, Any] = {"incident_id": incident_id, "series": chart.series}
            head = {"service": chart.service, "query": chart.query, "title": chart.title, "unit": chart.unit}
            heads.append(key | head)
            for point in chart.points:
                band = {"expected": point.expected, "low": point.low, "high": point.high}
                rows.append(key | {"at": point.at, "value": point.value} | band)
        await add_new(self._connection, charts, heads)
        await add_new(self._connection, points, rows)

    async def charts(self, incident_id: str) -> Sequence[Chart]:
        """The charts of an incident."""
        heads = await self._connection.execute(
            select(charts).where(charts.c.incident_id == incident_id).order_by(charts.c.service, charts.c.series)
        )
        rows = await self._connection.execute(
            select(points).where(points.c.incident_id == incident_id).order_by(points.c.at)
        )
        course: dict[str, list[Point]] = {}
        for row in rows:
            course.setdefault(row.series, []).append(Point(row.at, row.value, row.expected, row.low, row.high))
        return [
            Chart(head.series, head.service, head.query, head.title, head.unit, tuple(course.get(head.series, ())))
            for head in heads
        ]

    async def baselines(self, source: str) -> Mapping[str, bytes]:
        """The newest snapshots of a source's banks, by query."""
        query = select(baselines.c.query, baselines.c.state).where(baselines.c.source == source)
        return {row.query: row.state for row in await self._connection.execute(query)}

    async def save_baseline(self, source: str, query: str, state: bytes) -> None:
        """Replaces the snapshot of a bank."""
        row = {"source": source, "query": query, "at": self._clock, "state": state}
        await upsert(self._connection, baselines, row)

    async def position(self, source: str) -> Mapping[str, Any]:
        """Where a source of lines has read to; empty at first."""
        wanted = select(positions.c.body).where(positions.c.source == source)
        body = (await self._connection.execute(wanted)).scalar_one_or_none()
        found: dict[str, Any] = {} if body is None else json.loads(body)
        return found

    async def save_position(self, source: str, position: Mapping[str, Any]) -> None:
        """Replaces where a source has read to."""
        await upsert(self._connection, positions, {"source": source, "body": json.dumps(dict(position))})
