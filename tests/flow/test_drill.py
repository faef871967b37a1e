"""`steward drill` end to end on SQLite: real processes that are killed, paused and raced."""

import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from pathlib import Path

import pytest

from bot.drills import clicks, corrupt, drift, kill, sigterm

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


async def drill(folder: Path, *words: str) -> tuple[int | None, list[str]]:
    """Runs it in an empty folder; gives its status and the lines of its table."""
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "bot", "drill", *words),
        stdin=DEVNULL, stdout=PIPE, stderr=PIPE, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    out, err = (text.decode() for text in await process.communicate())
    print(err, out)  # noqa: T201  # what a person wants to read first when this fails
    return process.returncode, out.splitlines()


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (("kill",), [(kill.FAULT, 38)]),
        (("clicks", "sigterm", "--times", "1"), [(clicks.FAULT, 1), (sigterm.FAULT, 2), (sigterm.HUNG, 1)]),
        (("drift", "corrupt", "--seed", "7"), [(drift.FAULT, 3), (corrupt.FAULT, 30)]),
    ],
    ids=lambda value: value[0] if isinstance(value[0], str) else "",
)
async def test_all_holds(tmp_path: Path, words: tuple[str, ...], rows: list[tuple[str, int]]) -> None:
    status, (head, _, *table) = await drill(tmp_path, *words)
    assert status == 0
    assert head.split() == ["fault", "tried", "held", "what", "was", "seen"]
    for line, (fault, tried) in zip(table, rows, strict=True):
        assert re.match(rf"{re.escape(fault)} +{tried} +{tried}  \S", line), line
    assert not os.listdir(tmp_path)  # noqa: PTH208  # pathlib is not for coroutines
