import asyncio

import pytest

from actions.shielded import see_through


async def test_what_is_not_cut_off_gives_its_result_or_its_error() -> None:
    async def seven() -> int:
        return 7

    async def trouble() -> int:
        raise ValueError("odd")

    assert await see_through(seven(), 60) == 7
    with pytest.raises(ValueError, match="odd"):
        await see_through(trouble(), 60)


@pytest.mark.parametrize("fails", [False, True])
async def test_what_is_cut_off_comes_to_its_end_first(fails: bool) -> None:
    go, steps = asyncio.Event(), list[str]()

    async def work() -> None:
        steps.append("begun")
        await go.wait()
        steps.append("ended")
        if fails:
            raise ValueError("odd")

    async with asyncio.TaskGroup() as group:
        run = group.create_task(see_through(work(), 60))
        await asyncio.sleep(0)
        for _ in range(3):
            run.cancel()
            await asyncio.sleep(0)
        assert not run.done()
        go.set()
        await asyncio.wait({run})
    assert run.cancelled()
    assert steps == ["begun", "ended"]


async def test_the_patience_ends() -> None:
    gone = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()

    async with asyncio.TaskGroup() as group:
        run = group.create_task(see_through(work(), 0.01))
        await asyncio.sleep(0)
        run.cancel()
        await asyncio.wait({run})
        await gone.wait()
    assert run.cancelled()
