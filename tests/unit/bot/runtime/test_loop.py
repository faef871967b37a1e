import asyncio
import logging

import pytest

from bot.domain.errors import ChatError, SourceError
from bot.runtime.bell import Bell
from bot.runtime.loop import BACKOFF, Step, Worker
from tests.fakes.health import FakeHealth


class Job:
    """A step that does what it was told to do next: gives a number, or raises."""

    def __init__(self, *course: int | Exception) -> None:
        self.course = list(course)
        self.calls = 0
        self.called = asyncio.Event()

    async def __call__(self) -> int:
        self.calls += 1
        self.called.set()
        now = self.course.pop(0) if self.course else 0
        if isinstance(now, Exception):
            raise now
        return now


@pytest.fixture
def health() -> FakeHealth:
    return FakeHealth()


def worker(job: Job, health: FakeHealth, bell: Bell | None = None) -> Worker:
    return Worker(Step("slack", job, poll=60.0), bell or Bell(), health)


async def test_a_failure_is_reported_and_waited_out_longer_each_time(health: FakeHealth) -> None:
    job = Job(*[SourceError("no answer")] * 7, 0, SourceError("again"))
    one = worker(job, health)
    assert [await one.once() for _ in range(7)] == [*BACKOFF, BACKOFF[-1], BACKOFF[-1]]
    assert health.parts == {"slack": "no answer"}
    assert await one.once() == 0
    assert health.parts == {"slack": ""}
    assert await one.once() == BACKOFF[0]


@pytest.mark.parametrize(("asked", "pause"), [(0.0, 1.0), (0.5, 1.0), (42.0, 42.0)])
async def test_what_a_surface_asks_for_is_honoured(health: FakeHealth, asked: float, pause: float) -> None:
    one = worker(Job(ChatError("slow down", retry_after=asked), ChatError("no")), health)
    assert await one.once() == pause
    assert await one.once() == BACKOFF[1]


async def test_what_only_a_person_can_mend_is_reported_and_holds_up_nothing_else(health: FakeHealth) -> None:
    one = worker(Job(ChatError("no"), ChatError("not in the channel", permanent=True)), health)
    assert await one.once() == BACKOFF[0]
    assert await one.once() == 0
    assert health.parts == {"slack": "not in the channel"}


async def test_a_bug_is_logged_with_its_place_reported_and_survived(
    health: FakeHealth, caplog: pytest.LogCaptureFixture
) -> None:
    one = worker(Job(KeyError("oh"), 0), health)
    with caplog.at_level(logging.ERROR):
        assert await one.once() == BACKOFF[0]
    (record,) = caplog.records
    assert record.getMessage().startswith("slack failed: KeyError: 'oh' (")
    assert "test_loop.py:" in record.getMessage()
    assert health.parts == {"slack": "a step failed; see the log"}
    assert await one.once() == 0
    assert health.parts == {"slack": ""}


@pytest.mark.parametrize(("changed", "rings"), [(0, False), (3, True)])
async def test_only_a_change_rings(health: FakeHealth, changed: int, rings: bool) -> None:
    bell = Bell()
    heard = bell.listen()
    await worker(Job(changed), health, bell).once()
    assert heard.is_set() is rings


async def test_a_ring_brings_the_next_call_and_stop_the_end(health: FakeHealth) -> None:
    job, bell, stop = Job(), Bell(), asyncio.Event()
    running = asyncio.ensure_future(worker(job, health, bell).run(stop))
    for _ in range(3):
        await job.called.wait()
        job.called.clear()
        bell.ring()
    await job.called.wait()
    stop.set()
    bell.ring()
    await running
    assert job.calls == 4


async def test_a_ring_during_a_call_is_not_missed(health: FakeHealth) -> None:
    bell, stop = Bell(), asyncio.Event()

    class Ringing(Job):
        async def __call__(self) -> int:
            await super().__call__()
            if self.calls == 1:
                bell.ring()
            else:
                stop.set()
            return 0

    job = Ringing()
    running = asyncio.ensure_future(worker(job, health, bell).run(stop))
    await job.called.wait()
    async with asyncio.timeout(30):
        await stop.wait()
    bell.ring()
    await running
    assert job.calls == 2


async def test_stop_ends_a_long_pause(health: FakeHealth) -> None:
    job, stop = Job(ChatError("slow down", retry_after=3600)), asyncio.Event()
    running = asyncio.ensure_future(worker(job, health).run(stop))
    await job.called.wait()
    stop.set()
    await running
    assert job.calls == 1
