import asyncio
import os
import sys
from pathlib import Path

from demo.lineage import PARENT, environment
from tests.unit.demo.support import until

CHILD = """
import os, sys, time, pathlib
from demo.lineage import end_with_parent
end_with_parent(lambda: (pathlib.Path(sys.argv[1]).write_text("ended"), os._exit(0)))
print("watching", flush=True)
time.sleep(60)
"""
PARENT_OF_CHILD = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]])
time.sleep(60)
"""


def test_a_child_is_told_whose_it_is() -> None:
    assert environment() == {PARENT: str(os.getpid())}


async def test_a_process_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "note"
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT_OF_CHILD, CHILD, str(note), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"watching\n"
    assert not note.exists()

    parent.kill()
    await parent.wait()

    await until(note.exists)


async def test_a_process_whose_parent_died_before_it_looked_ends_too(tmp_path: Path) -> None:
    note = tmp_path / "note"
    orphan = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(note), env={**os.environ, PARENT: "999999999"}, stdout=asyncio.subprocess.PIPE
    )

    await orphan.wait()

    assert note.exists()
