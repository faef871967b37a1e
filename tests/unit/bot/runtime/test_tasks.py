import asyncio
import gc
import logging

import pytest

from bot.domain.errors import StewardError, StoreError
from bot.runtime.tasks import guarded, last_resort, spawn


async def fail() -> None:
    raise KeyError("oh")


async def test_a_task_is_named_and_kept_until_it_ends() -> None:
    go, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go.wait()
        done.set()

    assert spawn("work", work()).get_name() == "work"
    gc.collect()
    go.set()
    await done.wait()


async def test_a_crash_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        await asyncio.wait([spawn("slack listener", fail())])
        await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records] == ["task slack listener ended: KeyError: 'oh'"]


async def test_a_cancelled_task_is_no_crash(caplog: pytest.LogCaptureFixture) -> None:
    task = spawn("work", asyncio.Event().wait())
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert caplog.records == []


async def test_a_guarded_bug_is_told_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    assert not await guarded("offer", fail())
    (record,) = caplog.records
    assert record.getMessage().startswith("offer failed: KeyError: 'oh' (")
    assert f"{__file__}:" in record.getMessage()
    assert record.exc_info is None


async def test_what_goes_well_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    assert await guarded("offer", asyncio.sleep(0))
    assert caplog.records == []


@pytest.mark.parametrize("error", [asyncio.CancelledError(), KeyboardInterrupt(), SystemExit(1)], ids=repr)
async def test_the_end_of_the_process_is_not_swallowed(error: BaseException) -> None:
    async def end() -> None:
        raise error

    with pytest.raises(type(error)):
        await guarded("offer", end())


def test_a_command_that_fails_on_purpose_says_what_it_said() -> None:
    def refuse() -> int:
        raise StoreError("the store cannot be used")

    assert last_resort(lambda: 3) == 3
    with pytest.raises(StoreError, match=r"^the store cannot be used$"):
        last_resort(refuse)


def test_a_bug_in_a_command_is_one_line_with_its_place() -> None:
    def stumble() -> int:
        raise ZeroDivisionError("by zero")

    with pytest.raises(StewardError, match=r"^a bug: ZeroDivisionError: by zero \(.*test_tasks.py:\d+\); ") as caught:
        last_resort(stumble)
    assert "\n" not in str(caught.value)
