"""Timers. Intervals run on the monotonic clock, so a step of the wall clock stops nothing; days run on APScheduler."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import tzinfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.ports import Clock
from bot.runtime.tasks import guarded, spawn

Job = Callable[[], Awaitable[object]]


class Schedule:
    """The process's timers. They only remind; what must not be lost is a row."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stop = asyncio.Event()
        self._loops: list[tuple[str, float, Job]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def every(self, name: str, seconds: float, job: Job) -> None:
        """Calls a job at this interval, one call at a time; calls that came too late are left out."""
        self._loops.append((name, seconds, job))

    def daily(self, name: str, at: str, zone: tzinfo, job: Job) -> None:
        """Calls a job every day at `HH:MM` of the zone."""
        hour, minute = at.split(":")
        self._scheduler.add_job(_guard(name, job), CronTrigger(hour=hour, minute=minute, timezone=zone), id=name)

    def start(self) -> None:
        """Starts the timers, their first calls spread over the first second."""
        for place, (name, seconds, job) in enumerate(self._loops, start=1):
            first = min(1.0, seconds) * (place * 0.618 % 1.0)  # golden ratio: each far from those before
            self._tasks.append(spawn(name, self._loop(name, seconds, job, first)))
        self._scheduler.start()

    async def stop(self, patience: float) -> None:
        """Ends the timers; a call in flight may finish within `patience` seconds."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._stop.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _loop(self, name: str, seconds: float, job: Job, first: float) -> None:
        due = self._clock.monotonic() + first
        while not await self._stopped(due - self._clock.monotonic()):
            await guarded(name, _run(job))
            now = self._clock.monotonic()
            due += seconds * max(1, -(-(now - due) // seconds))

    async def _stopped(self, seconds: float) -> bool:
        """Waits, at most so long, for the end; whether it came."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._stop.wait()
        except TimeoutError:
            return False
        return True


async def _run(job: Job) -> None:
    await job()


def _guard(name: str, job: Job) -> Callable[[], Awaitable[bool]]:
    async def guard() -> bool:
        return await guarded(name, _run(job))

    return guard
