"""The audit chain as rows."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Entry, link
from bot.store.rows import take_turns
from bot.store.tables import audit

AUDIT_LOCK = 7_312_001
"""The key of the lock under which the chain is appended to."""


class AuditRows:
    """The Audit port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def record(self, actor: str, what: str, subject: str, **detail: Any) -> None:
        """Appends a row."""
        await take_turns(self._connection, AUDIT_LOCK)
        newest = select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
        last = (await self._connection.execute(newest)).one_or_none()
        at = round(float((await self._connection.execute(select(self._clock))).scalar_one()), 3)
        seq, previous = (1, "") if last is None else (last.seq + 1, last.hash)
        row = asdict(Entry(seq, at, actor, what, subject, json.dumps(detail, sort_keys=True)))
        await self._connection.execute(insert(audit).values(**(row | {"hash": link(previous, row)})))

    async def head(self) -> str:
        """The hash of the newest row; empty when there is none."""
        newest = select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
        return (await self._connection.execute(newest)).scalar_one_or_none() or ""

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """The rows after number `after`, in order, at most so many."""
        query = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
        rows = await self._connection.execute(query)
        return [Entry(row.seq, row.at, row.actor, row.what, row.subject, row.detail, row.hash) for row in rows]
