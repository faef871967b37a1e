"""The audit trail as tests read it."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.domain.audit import link
from bot.store.store import SqlStore
from bot.store.tables import audit


@dataclass(frozen=True)
class Trail:
    """Who did what to which, oldest first; and the first row that does not follow from the one before (0: none)."""

    rows: list[tuple[str, str, str]]
    broken: int

    @property
    def deeds(self) -> list[str]:
        """What was done, without who and to which."""
        return [what for _, what, _ in self.rows]


async def trail(store: SqlStore) -> Trail:
    """Reads the chain and computes every hash again."""
    async with store.read() as unit:
        rows = (await unit._connection.execute(select(audit).order_by(audit.c.seq))).mappings().all()
        head = await unit.audit.head()
    previous, broken = "", 0
    for place, row in enumerate(rows, start=1):
        if not broken and (row["seq"] != place or link(previous, dict(row)) != row["hash"]):
            broken = place
        previous = row["hash"]
    assert previous == head
    return Trail([(row["actor"], row["what"], row["subject"]) for row in rows], broken)
