"""Runs drills from nothing: a folder, a store, a target, and all of it gone afterwards."""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import StewardError
from bot.drills.bases import Base, base
from bot.drills.ground import Ground
from bot.drills.postgres import Server
from bot.drills.registry import DRILLS
from bot.drills.sandbox import Sandbox
from bot.drills.table import Row

OWN_SERVER = "postgresql"
"""The store that means: a PostgreSQL server of the drills' own."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `store`: an address, or `postgresql` for a server of the drills' own; empty: SQLite."""

    names: Sequence[str]
    store: str = ""
    times: int | None = None
    seed: int = 1


async def conduct(wish: Wish, tell: Callable[[str, int, int], None]) -> list[Row]:
    """Runs what is asked for; `tell` is told the fault, how many trials are done, and how many there are.

    Raises:
        StewardError: the store or the target cannot be set up.
    """
    with tempfile.TemporaryDirectory(prefix="steward-drill-") as name:
        folder = Path(name)
        async with server(wish.store) as own:
            store = own.url if own else wish.store or f"sqlite:///{folder}/first.db"
            async with _prepared(base(store, folder)) as stores, Sandbox(folder / "target") as target:
                ground = Ground(target, stores, tell, wish.seed, wish.times, own)
                return [row for name in wish.names for row in await _drill(name, ground)]


async def _drill(name: str, ground: Ground) -> list[Row]:
    try:
        return await DRILLS[name](ground)
    except StewardError as error:
        return [Row(name, 1, 0, f"could not go on: {error}")]


@asynccontextmanager
async def server(store: str) -> AsyncIterator[Server | None]:
    """The server of the drills' own, where it is asked for."""
    if store != OWN_SERVER:
        yield None
        return
    own = Server()
    try:
        await own.start()
        yield own
    finally:
        await own.close()


@asynccontextmanager
async def _prepared(stores: Base) -> AsyncIterator[Base]:
    try:
        await stores.prepare()
        yield stores
    finally:
        await stores.close()
