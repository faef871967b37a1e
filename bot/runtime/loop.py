"""The worker that every step runs in: call it when something changed, or when it is time to look."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.errors import ChatError, StewardError
from bot.ports import Health
from bot.runtime.bell import Bell
from bot.runtime.tasks import guarded

BACKOFF = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait after the first, second ... failure in a row."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the flow under the name that `/health` and the log know; `poll`: seconds between looks unasked."""

    part: str
    call: Callable[[], Awaitable[int]]
    poll: float = 2.0


class Worker:
    """Calls a step again and again. A failure is reported and waited out; it never ends the worker."""

    def __init__(self, step: Step, bell: Bell, health: Health) -> None:
        self._step = step
        self._bell = bell
        self._health = health
        self._failures = 0
        self._asked = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until `stop` is set, and then ends after the call in flight."""
        while not stop.is_set():
            heard = self._bell.listen()
            pause = await self.once()
            if pause:
                await _either(stop, pause)
            else:
                await self._bell.wait(self._step.poll, heard)

    async def once(self) -> float:
        """One call; gives the seconds to keep off after a failure, or 0."""
        self._asked = 0.0
        if not await guarded(self._step.part, self._attempt()):
            self._failed("a step failed; see the log")
        if not self._failures:
            return 0.0
        return max(self._asked, BACKOFF[min(self._failures, len(BACKOFF)) - 1])

    async def _attempt(self) -> None:
        try:
            changed = await self._step.call()
        except StewardError as error:
            if isinstance(error, ChatError):
                self._asked = error.retry_after
            self._failed(str(error))
            if isinstance(error, ChatError) and error.permanent:
                self._failures = 0  # one place or message: the step lets that rest by itself, and goes on with others
            return
        self._failures = 0
        self._health.report(self._step.part)
        if changed:
            self._bell.ring()

    def _failed(self, words: str) -> None:
        self._failures += 1
        self._health.report(self._step.part, words)


async def _either(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
