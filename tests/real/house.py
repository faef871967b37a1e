"""A page that runs on the real clock, for tests with a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.runtime.bell import Bell
from bot.runtime.clock import SystemClock
from bot.runtime.health import Board
from bot.store.store import SqlStore
from bot.web.api import create
from bot.web.door import Door
from bot.web.parts import Parts
from bot.web.server import Server
from tests.builders import POLICY
from tests.showroom import ZONE, StoryDesk


@dataclass(frozen=True)
class House:
    """A page that runs, on the real clock."""

    store: SqlStore
    bell: Bell
    board: Board
    door: Door
    server: Server

    @property
    def link(self) -> str:
        """A new one-time link."""
        return f"{self.server.address}/enter/{self.door.mint()}"


@asynccontextmanager
async def running(store: SqlStore) -> AsyncIterator[House]:
    """Serves the page over a store."""
    clock, bell, board = SystemClock(), Bell(), Board()
    door = Door(store, clock)
    parts = Parts(store, StoryDesk(store, bell), board, bell, door, POLICY.everyone, ZONE, "0.1.0")
    server = Server(create(parts), "127.0.0.1", 0, parts.closing)
    server.bind()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        yield House(store, bell, board, door, server)
        await server.stop()
