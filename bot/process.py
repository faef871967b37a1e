"""One running Steward: started in order, drained and closed in the opposite one."""

import asyncio
import logging
from zoneinfo import ZoneInfo

from bot.app import VERSION, Bot, compose
from bot.assembly import Parts
from bot.config.model import WebSettings
from bot.domain.errors import StoreError
from bot.flow.prune import Prune
from bot.flow.recheck import Recheck
from bot.ports import Chat
from bot.runtime.health import Board
from bot.runtime.loop import Step, Worker
from bot.runtime.schedule import Schedule
from bot.runtime.tasks import guarded, spawn
from bot.store import migrate
from bot.web.api import create
from bot.web.door import Door
from bot.web.parts import Parts as WebParts
from bot.web.server import Server

log = logging.getLogger(__name__)

DRAIN = 8.0
"""Seconds that steps in flight have to finish at the end."""

RECHECK_EVERY = 15.0
"""Seconds between looks at whether pending proposals still fit their targets."""

KEEP_EVERY = 60.0
"""Seconds between snapshots of the baselines."""


class Process:
    """Runs a bot until it is stopped. The page's address and one-time link are known once it has started."""

    def __init__(self, parts: Parts) -> None:
        web = parts.settings.chat.web
        self._parts = parts
        self._board = Board()
        self.bot: Bot = compose(parts, self._board, page_of(web))
        self._door = Door(parts.store, parts.clock)
        self._schedule = Schedule(parts.clock)
        self._stop = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []
        self._listeners: list[asyncio.Task[None]] = []
        self._server = self._web(web)

    @property
    def link(self) -> str:
        """The one-time link that signs the owner in."""
        page = (self._parts.settings.chat.web.url or self._server.address).rstrip("/")
        return f"{page}/enter/{self._door.mint()}"

    async def start(self) -> None:
        """Brings the store to this version and starts every part.

        Raises:
            StoreError: the store cannot be used.
            StewardError: the page's address is taken.
        """
        self._server.bind()
        await migrate.upgrade(self._parts.settings.store)
        self._listeners.append(spawn("web", self._server.serve()))
        self._schedule.every("store", 5.0, self._look_at_store)
        for watch, source in zip(self.bot.watches, self._parts.sources, strict=True):
            worker = Worker(Step(f"watch {source.name}", watch), self.bot.bell, self._board)
            self._schedule.every(f"watch {source.name}", source.every, worker.once)
            self._schedule.every(f"keep {source.name}", KEEP_EVERY, watch.keep)
        for step in self.bot.steps:
            self._workers.append(spawn(step.part, Worker(step, self.bot.bell, self._board).run(self._stop)))
        self._schedule.every("recheck", RECHECK_EVERY, self._recheck)
        self._schedule.every("prune", 3600.0, Prune(self._parts.store))
        for chat in self._parts.chats:
            self._listeners.append(spawn(f"{chat.surface} listener", chat.listen(self.bot.desk)))
            self._attend(chat)
        self._schedule.start()

    async def stop(self) -> None:
        """Stops taking work, lets what is in flight finish, keeps the baselines, and closes everything."""
        await self._schedule.stop(DRAIN)
        self._stop.set()
        self.bot.bell.ring()
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=DRAIN)
            for task in late:
                log.warning("%s did not end in %.0f s and is cut off", task.get_name(), DRAIN)
            await _cancel([*late])
        await self._server.stop()
        for watch in self.bot.watches:
            await guarded("keep", watch.keep())
        await _cancel(self._listeners)
        await self._parts.close()

    async def _recheck(self) -> None:
        if await Recheck(self._parts.store)():
            self.bot.bell.ring()

    async def _look_at_store(self) -> None:
        try:
            async with self._parts.store.read() as unit:
                await unit.now()
        except StoreError as error:
            self._board.report("store", str(error))
        else:
            self._board.report("store")

    def _web(self, settings: WebSettings) -> Server:
        parts = WebParts(
            store=self._parts.store,
            desk=self.bot.desk,
            health=self._board,
            bell=self.bot.bell,
            door=self._door,
            approvers=self.bot.desk.deeds.halt.policy.everyone,
            zone=ZoneInfo(self._parts.settings.digest.timezone),
            version=VERSION,
            tuning=self._parts.settings.tuning,
            metrics_open=settings.metrics_open,
        )
        return Server(create(parts), *settings.address, parts.closing)

    def _attend(self, chat: Chat) -> None:
        """The timers of a surface: a look at its connection, and the daily digest."""

        async def look() -> None:
            self._board.report(f"{chat.surface} connection", chat.trouble, self.bot.manners[chat.surface].note)

        async def post() -> None:
            await self.bot.digest.post(chat, settings.at)

        settings = self._parts.settings.digest
        self._schedule.every(f"{chat.surface} digest, if it was missed", 600.0, post)
        self._schedule.every(f"{chat.surface} connection", 2.0, look)
        self._schedule.daily(f"{chat.surface} digest", settings.at, ZoneInfo(settings.timezone), post)


def page_of(settings: WebSettings) -> str:
    """The page's address as people reach it."""
    return (settings.url or f"http://{settings.listen}").rstrip("/")


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
