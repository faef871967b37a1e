import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.runtime.clock import SystemClock
from bot.runtime.schedule import Schedule
from tests.fakes.clock import FakeClock

AUCKLAND = ZoneInfo("Pacific/Auckland")
BERLIN = ZoneInfo("Europe/Berlin")


class Job:
    """Counts its calls, sets `enough` at the third, and can be held up or fail."""

    def __init__(self) -> None:
        self.calls = 0
        self.began = asyncio.Event()
        self.enough = asyncio.Event()
        self.let = asyncio.Event()
        self.let.set()
        self.error: Exception | None = None
        self.ended = ""

    async def __call__(self) -> None:
        self.calls += 1
        self.began.set()
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.ended = "cut off"
            raise
        if self.calls >= 3:
            self.enough.set()
        if self.error:
            raise self.error


async def test_a_job_is_called_again_and_again_until_the_end() -> None:
    schedule, job = Schedule(SystemClock()), Job()
    schedule.every("watch", 0.001, job)
    assert job.calls == 0
    schedule.start()
    await job.enough.wait()
    await schedule.stop(10)
    calls = job.calls
    await asyncio.sleep(0)
    assert job.calls == calls


async def test_a_job_that_fails_is_called_again_and_stops_no_other() -> None:
    schedule, bad, good = Schedule(SystemClock()), Job(), Job()
    bad.error = KeyError("a bug")
    for name, job in (("bad", bad), ("good", good)):
        schedule.every(name, 0.001, job)
    schedule.start()
    await asyncio.gather(bad.enough.wait(), good.enough.wait())
    await schedule.stop(10)


async def test_a_slow_job_runs_one_at_a_time_and_makes_up_for_nothing() -> None:
    schedule, slow, quick = Schedule(SystemClock()), Job(), Job()
    slow.let.clear()
    schedule.every("slow", 0.001, slow)
    schedule.every("quick", 0.001, quick)
    schedule.start()
    await quick.enough.wait()
    assert slow.calls <= 1
    slow.let.set()
    await schedule.stop(10)
    assert slow.calls <= 2


@pytest.mark.parametrize(("patience", "ended"), [(0.01, "cut off"), (10.0, "")])
async def test_a_call_in_flight_has_so_long_to_end(patience: float, ended: str) -> None:
    schedule, job, other = Schedule(SystemClock()), Job(), Job()
    job.let.clear()
    schedule.every("held", 0.001, job)
    schedule.every("other", 0.001, other)
    schedule.start()
    await other.enough.wait()
    await job.began.wait()
    if not ended:
        asyncio.get_running_loop().call_soon(job.let.set)
    await schedule.stop(patience)
    assert job.ended == ended


async def test_stopping_what_never_began_is_harmless() -> None:
    await Schedule(FakeClock()).stop(10)


@pytest.mark.parametrize(
    ("zone", "day"),
    [(BERLIN, "2026-11-20"), (BERLIN, "2026-03-29"), (BERLIN, "2026-10-25"), (AUCKLAND, "2026-04-05")],
    ids=["an ordinary day", "spring forward", "fall back", "the south"],
)
@pytest.mark.parametrize("at", ["09:00", "02:30"])
async def test_the_daily_job_comes_every_day_of_the_zone(zone: ZoneInfo, day: str, at: str) -> None:
    """A digest may be asked for twice in a day, which the store refuses, but no day may be left out.

    (APScheduler 3.11 does leave out the day after the change in spring for times in a day's first hour; the digest's
    other timer makes up for that.)
    """
    schedule = Schedule(FakeClock())
    schedule.daily("digest", at, zone, Job())
    (job,) = schedule._scheduler.get_jobs()
    start = datetime.fromisoformat(day).replace(tzinfo=zone) - timedelta(seconds=1)
    times = []
    now = start.astimezone(UTC)
    for _ in range(4):
        now = job.trigger.get_next_fire_time(None, now)
        times.append(now.astimezone(zone))
        now = now.astimezone(UTC) + timedelta(seconds=1)
    wanted = [start.date() + timedelta(days=1 + place) for place in range(3)]
    assert [date for date in wanted if date not in {time.date() for time in times}] == []
