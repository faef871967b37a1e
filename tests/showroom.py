"""Shows the page on a store with a story in it, for those who work on the page: `python -m tests.showroom`.

Press Approve: the story goes on by itself, as it would with a real target.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.people import Answer, Click, Command
from bot.domain.policy import Policy
from bot.flow.decide import Decide
from bot.flow.gate import Gate
from bot.runtime.bell import Bell
from bot.runtime.clock import SystemClock
from bot.runtime.health import Board
from bot.runtime.tasks import spawn
from bot.store import migrate
from bot.store.store import SqlStore
from bot.web.api import create
from bot.web.door import OWNER, Door
from bot.web.parts import Parts
from bot.web.server import Server
from tests import stories


class StoryDesk:
    """Decides as the real one does, rings, and when `pace` is given plays what follows an approval."""

    def __init__(self, store: SqlStore, bell: Bell, pace: float | None = None) -> None:
        self._store = store
        self._bell = bell
        self._pace = pace
        self._clock = SystemClock()
        self._decide = Decide(store, self._clock, Gate(Policy(frozenset({OWNER.identity})), self._clock))

    async def click(self, click: Click) -> Answer:
        answer = await self._decide(click)
        self._bell.ring()
        if answer.accepted and click.verb == "approve" and self._pace is not None:
            spawn("story", self._go_on("3f2a9c01d4e7", self._pace))
        return answer

    async def command(self, command: Command) -> Answer:
        return Answer("this desk only takes clicks", accepted=False)

    async def _go_on(self, incident_id: str, pace: float) -> None:
        for step in (stories.carry_out, stories.recover):
            await self._clock.sleep(pace)
            await step(self._store, incident_id, self._clock.now())
            self._bell.ring()


async def main(port: int) -> None:
    """Serves until interrupted."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'showroom.db'}"
        await migrate.upgrade(url)
        store, bell, board, clock = SqlStore(url), Bell(), Board(), SystemClock()
        await stories.seed(store, clock.now())
        for part in ("source shop", "source logs", "chat slack"):
            board.report(part)
        door = Door(store, clock)
        desk = StoryDesk(store, bell, pace=4.0)
        parts = Parts(store, desk, board, bell, door, ZoneInfo("Europe/Berlin"), "0.1.0")
        server = Server(create(parts), "127.0.0.1", port, parts.closing)
        server.bind()
        print(f"{server.address}/enter/{door.mint()}", flush=True)  # noqa: T201  # a command's output
        await server.serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
