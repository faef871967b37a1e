"""Ports that tell a drill where a Steward is, around every commit and effect: what happens then is its choice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event

from actions.model import Plan
from actions.process import ProcessActuator
from bot.store.store import SqlStore, SqlUnit

Hook = Callable[[str], Awaitable[None]]
"""Is called with `before commit`, `after commit`, `before effect` or `after effect`."""


async def pass_by(_point: str) -> None:
    """The hook of a Steward that nothing happens to."""


class Points:
    """A hook that writes down every point, and at one of them sends this very process a signal.

    at: the number of the point, from 0; None: of none. `step`: what the Steward is doing, for the names of points.
    hang: the kind of point at which it waits for ever.
    """

    def __init__(self, at: int | None = None, number: int = signal.SIGKILL, hang: str = "") -> None:
        self.names: list[str] = []
        self.step = ""
        self._at = at
        self._number = number
        self._hang = hang

    async def __call__(self, point: str) -> None:
        """One point is reached."""
        place = len(self.names)
        self.names.append(f"{self.step}, {point}")
        if place == self._at:
            os.kill(os.getpid(), self._number)
        if point == self._hang:
            await asyncio.Event().wait()


class WatchedStore(SqlStore):
    """A store that calls a hook around every commit. `pragmas` are set on each new connection of SQLite."""

    def __init__(
        self, url: str, hook: Hook = pass_by, now: Callable[[], float] | None = None, pragmas: Sequence[str] = ()
    ) -> None:
        super().__init__(url, now)
        self._hook = hook

        def configure(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            for pragma in pragmas:
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        if pragmas:
            event.listen(self._engine.sync_engine, "connect", configure)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[SqlUnit]:
        """A unit of work that reads and writes."""
        async with super().unit() as unit:
            yield unit
            await self._hook("before commit")
        await self._hook("after commit")


class WatchedActuator(ProcessActuator):
    """The real actuator of processes, with a hook around every effect."""

    def __init__(self, hook: Hook) -> None:
        super().__init__()
        self._hook = hook

    async def run(self, plan: Plan, action_id: str) -> None:
        """As the real one, between two points."""
        await self._hook("before effect")
        await super().run(plan, action_id)
        await self._hook("after effect")
