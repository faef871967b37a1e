"""Timers on APScheduler: memory jobs, one instance each, late runs folded into one, starts spread over the interval."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.ports import Clock
from bot.runtime.tasks import guarded

Job = Callable[[], Awaitable[object]]


class Schedule:
    """The process's timers. They only remind; what must not be lost is a row."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._jobs = 0

    def every(self, name: str, seconds: float, job: Job) -> None:
        """Calls a job at this interval, the first time within the interval's first second."""
        start = datetime.fromtimestamp(self._clock.now() + min(1.0, seconds) * self._spread(), tz=UTC)
        trigger = IntervalTrigger(seconds=seconds, start_date=start, timezone="UTC")
        self._scheduler.add_job(_guard(name, job), trigger, id=name, next_run_time=start)

    def daily(self, name: str, at: str, zone: tzinfo, job: Job) -> None:
        """Calls a job every day at `HH:MM` of the zone."""
        hour, minute = at.split(":")
        self._scheduler.add_job(_guard(name, job), CronTrigger(hour=hour, minute=minute, timezone=zone), id=name)

    def start(self) -> None:
        """Starts the timers."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stops them; a job in flight goes on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _spread(self) -> float:
        """A place in 0..1 for each job's first call, far from those of the jobs before (golden ratio)."""
        self._jobs += 1
        return self._jobs * 0.618 % 1.0


def _guard(name: str, job: Job) -> Callable[[], Awaitable[bool]]:
    async def run() -> None:
        await job()

    async def guard() -> bool:
        return await guarded(name, run())

    return guard
