import asyncio
import io
from pathlib import Path

from tests.unit.demo.support import kit


async def test_work_leaves_the_loop_free_and_the_shorter_work_is_done_first(tmp_path: Path) -> None:
    done: list[float] = []

    async with kit(tmp_path, {}, io.StringIO()) as tools:

        async def work(seconds: float) -> None:
            await tools.work(seconds)
            done.append(seconds)

        await asyncio.gather(work(0.2), work(0.002))

    assert done == [0.002, 0.2]
