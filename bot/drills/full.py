"""The disk is full: SQLite's `max_page_count` lets the file grow no further."""

import asyncio
import sqlite3
from pathlib import Path

from bot.domain.errors import StoreError
from bot.drills.ground import Ground
from bot.drills.locked import finished, unwritten
from bot.drills.steward import Setup
from bot.drills.table import Row, not_tried
from bot.drills.trial import Trial
from bot.store.store import SqlStore

FAULT = "disk full"
ROOM = 8
"""Pages that the file may still grow by before it is full."""

MOST = 1000
"""Writes after which it must have been full."""


async def run(ground: Ground) -> list[Row]:
    """It becomes full before the click, before the run, and right after the effect."""
    if not ground.sqlite:
        return [not_tried(FAULT, "the disk of PostgreSQL is not the drill's to fill")]
    cases = [(f"full at {place}", place) for place in ("click", "begin", "after effect")]
    seen = "actions stopped, reading went on; one effect after there was room again"
    return [await ground.each(FAULT, cases, _full, seen)]


async def _full(trial: Trial, place: str) -> list[str]:
    limit = f"max_page_count={await asyncio.to_thread(_pages, trial.place.store) + ROOM}"
    filler = trial.steward(Setup(pragmas=[limit]))

    async def fill(point: str) -> None:
        if point == place:
            await _fill(filler.store)

    steward = trial.steward(Setup(hook=fill, pragmas=[limit]))
    found = await unwritten(trial, steward, fill, place)
    if not await steward.proposals("pending", "approved"):
        found.append("what is open cannot be read")
    return [*found, *await finished(trial)]


async def _fill(store: SqlStore) -> None:
    """Writes the smallest audit rows until not even one fits any more: no action does without one."""
    for many in (10, 1):
        try:
            for _ in range(MOST):
                async with store.unit() as unit:
                    for _ in range(many):
                        await unit.audit.record("drill", "fill", "")
        except StoreError:
            continue
        raise StoreError(f"the store is not full after {MOST} rows")


def _pages(url: str) -> int:
    connection = sqlite3.connect(Path(url.removeprefix("sqlite:///")))
    try:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])
    finally:
        connection.close()
