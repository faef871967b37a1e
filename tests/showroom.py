"""Shows the page on a store with a story in it, for those who work on the page: `python -m tests.showroom`.

Press Approve: the story goes on by itself, as it would with a real target. The switch and what is approved in advance
are real; one more incident shows what got worse.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.hush import Quiet
from bot.domain.people import Answer as Reply
from bot.domain.people import Click, Command
from bot.domain.render import Renderer
from bot.flow.answer import Answer
from bot.flow.around import Around
from bot.flow.ask import Ask
from bot.flow.desk import Deeds, FrontDesk
from bot.flow.diagnose import Prompt
from bot.flow.digest import Digest
from bot.flow.fleet import Fleet
from bot.flow.gate import Gate
from bot.ports import Clock
from bot.runtime.bell import Bell
from bot.runtime.clock import SystemClock
from bot.runtime.health import Board
from bot.runtime.tasks import spawn
from bot.store import migrate
from bot.store.store import SqlStore
from bot.web.api import create
from bot.web.door import Door
from bot.web.parts import Parts
from bot.web.server import Server
from tests import stories
from tests.builders import POLICY

ZONE = ZoneInfo("Europe/Berlin")


def front_desk(store: SqlStore, bell: Bell, clock: Clock) -> FrontDesk:
    """The real desk, under the rules that the stories' proposals are sealed by."""
    gate, renderer = Gate(POLICY, clock), Renderer(ZONE)
    around = Around(Fleet(), dict)
    answer = Answer(store, clock, renderer, Digest(store, clock, renderer, around), around)
    return FrontDesk(
        Deeds.over(store, clock, gate, Quiet(ZONE), frozenset()), answer, Ask(answer, None, Prompt("", {})), bell.ring
    )


class StoryDesk:
    """The real desk, which when `pace` is given also plays what follows an approval."""

    def __init__(self, store: SqlStore, bell: Bell, pace: float | None = None) -> None:
        self._store = store
        self._bell = bell
        self._pace = pace
        self._clock = SystemClock()
        self._desk = front_desk(store, bell, self._clock)

    async def click(self, click: Click) -> Reply:
        reply = await self._desk.click(click)
        if reply.accepted and click.verb in {"approve", "stand"} and self._pace is not None:
            spawn("story", self._go_on(click.subject, self._pace))
        return reply

    async def command(self, command: Command) -> Reply:
        return await self._desk.command(command)

    async def _go_on(self, proposal_id: str, pace: float) -> None:
        async with self._store.read() as unit:
            proposal = await unit.ledger.proposal(proposal_id)
        assert proposal is not None
        for step in (stories.carry_out, stories.recover):
            await self._clock.sleep(pace)
            await step(self._store, proposal.incident_id, self._clock.now())
            self._bell.ring()


async def main(port: int) -> None:
    """Serves until interrupted."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'showroom.db'}"
        await migrate.upgrade(url)
        store, bell, board, clock = SqlStore(url), Bell(), Board(), SystemClock()
        await stories.seed(store, clock.now())
        await stories.worsen(store, clock.now())
        for part in ("source shop", "source logs", "chat slack"):
            board.report(part)
        door = Door(store, clock)
        desk = StoryDesk(store, bell, pace=4.0)
        parts = Parts(store, desk, board, bell, door, POLICY.everyone, ZONE, "0.1.0")
        server = Server(create(parts), "127.0.0.1", port, parts.closing)
        server.bind()
        print(f"{server.address}/enter/{door.mint()}", flush=True)  # noqa: T201  # a command's output
        await server.serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
