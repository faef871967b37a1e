"""Another connection holds the database: for a moment, or for longer than Steward waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import text

from bot.domain.errors import StoreError
from bot.drills.answers import accepted, refused
from bot.drills.fate import Hook
from bot.drills.ground import Ground
from bot.drills.kill import AHEAD
from bot.drills.place import ADA
from bot.drills.steward import Setup, Steward
from bot.drills.table import Row
from bot.drills.trial import Trial
from bot.store import engine as engines

MOMENT = "the database is locked for a moment"
LONG = "the database is locked for longer than is waited"
HELD = 1.0
PRAGMA = "busy_timeout=300"
"""Milliseconds that the drill lets SQLite wait, so that it need not hold the lock for the usual 30 s."""

PLACES = ("click", "begin", "after effect")


async def run(ground: Ground) -> list[Row]:
    """PostgreSQL has no time after which a lock is not waited for any more."""
    cases = [(f"locked at {place}", place) for place in PLACES]
    rows = [await ground.each(MOMENT, cases, _moment, f"held for {HELD:.0f} s: all waited, then one effect")]
    if ground.sqlite:
        seen = "no effect without a committed intent, nothing lost; one effect after it was free"
        rows.append(await ground.each(LONG, cases, _long, seen))
    return rows


async def _moment(trial: Trial, place: str) -> list[str]:
    """The lock is freed while the Steward waits for it."""
    async with AsyncExitStack() as lock:

        async def hold(point: str) -> None:
            if point == place:
                await lock.enter_async_context(held(trial.place.store))

        async def free() -> None:
            await asyncio.sleep(HELD)
            await lock.aclose()

        steward = trial.steward(Setup(hook=hold))
        proposal = await steward.offered()
        await hold("click")
        answer, _ = await asyncio.gather(steward.click(proposal, ADA), free())
        await hold("begin")
        await asyncio.gather(steward.steps("execute"), free())
    return [*accepted(answer), *await trial.problems(1)]


async def _long(trial: Trial, place: str) -> list[str]:
    """The Steward gives up waiting; when the lock is free, the click is delivered again and another one goes on."""
    async with AsyncExitStack() as lock:

        async def hold(point: str) -> None:
            if point == place:
                await lock.enter_async_context(held(trial.place.store))

        steward = trial.steward(Setup(hook=hold, pragmas=[PRAGMA]))
        found = await unwritten(trial, steward, hold, place)
    return [*found, *await finished(trial)]


async def unwritten(trial: Trial, steward: Steward, bar: Hook, place: str) -> list[str]:
    """A click and its run while `bar` lets nothing be written from `place` on; gives what is not as it must be."""
    proposal = await steward.offered()
    await bar("click")
    answer = await steward.click(proposal, ADA)
    found = refused(answer, "nothing was decided") if place == "click" else accepted(answer)
    await bar("begin")
    try:
        await steward.steps("execute")
    except StoreError:
        return [*found, *(["an effect without a committed intent"] if place == "begin" and trial.effects else [])]
    return [*found, *([] if place == "click" else ["it ran though nothing could be written"])]


async def finished(trial: Trial) -> list[str]:
    """A plain Steward goes on from the rows, as after a restart; gives what is not as it must be then."""
    steward = trial.steward(Setup(ahead=AHEAD))
    found = [
        line
        for one in await steward.proposals("pending", "approved")
        for line in accepted(await steward.click(one, ADA))
    ]
    await steward.steps("recover", "execute")
    return [*found, *await trial.problems(1, None)]


@asynccontextmanager
async def held(url: str) -> AsyncIterator[None]:
    """Holds the whole database: SQLite's one write lock, or every table of the ledger."""
    engine = engines.create(engines.address(url))
    try:
        async with engine.connect() as connection, connection.begin():  # on SQLite that is BEGIN IMMEDIATE
            if engine.dialect.name == "postgresql":
                await connection.execute(text("LOCK TABLE incidents, proposals, executions, audit, handled"))
            yield
    finally:
        await engine.dispose()
