import asyncio
import os
import sys
from pathlib import Path

import pytest

from actions.command_run import LARGEST, run
from actions.model import ActuatorError

PYTHON = sys.executable
ENVIRONMENT = {"PATH": os.defpath}


async def python(code: str, *words: str, timeout: float = 20.0) -> tuple[int, bytes, bytes]:
    ended = await run((PYTHON, "-S", "-c", code, *words), ENVIRONMENT, None, timeout)
    return ended.code, ended.output, ended.errors


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_output_errors_and_exit_code_are_told_apart() -> None:
    code = "import sys; print('out'); sys.stderr.write('err'); sys.exit(7)"
    assert await python(code) == (7, b"out\n", b"err")


async def test_arguments_go_to_the_program_as_they_are() -> None:
    words = ("$(touch pwned)", "; rm -rf /", "`id`", "a b", "*", "")
    assert await python("import sys; print(sys.argv[1:])", *words) == (0, f"{list(words)}\n".encode(), b"")


async def test_the_program_has_nothing_to_read_and_only_the_environment_that_it_is_given() -> None:
    os.environ["STEWARD_TEST_SECRET"] = "s3cret"
    try:
        _, output, _ = await python("import os, sys; print(sorted(os.environ), repr(sys.stdin.read()))")
    finally:
        del os.environ["STEWARD_TEST_SECRET"]
    assert b"STEWARD_TEST_SECRET" not in output
    assert output.endswith(b"''\n")


async def test_more_output_than_is_kept_does_not_stop_the_program() -> None:
    code, output, errors = await python("import sys; [sys.stdout.write('x' * 99_999) for _ in range(50)]")
    assert (code, len(output), errors) == (0, LARGEST, b"")


async def test_a_program_that_prints_without_end_is_killed_too() -> None:
    with pytest.raises(ActuatorError, match="was killed"):
        await python("import os\nwhile True: os.write(1, b'x' * 65536)", timeout=0.3)


async def test_a_child_that_lives_on_is_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    # The child keeps standard output open until somebody reads its last words.
    code = "import os, sys; print('started', flush=True); os.fork() or open(sys.argv[1], 'w').write('over')"
    assert await python(code, str(fifo)) == (0, b"started\n", b"")
    assert await asyncio.to_thread(fifo.read_text) == "over"


async def test_what_takes_too_long_is_killed_with_all_its_children(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    code = "import os, signal, sys; w = open(sys.argv[1], 'w'); os.fork(); signal.pause()"
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(ActuatorError, match=r"did not end within 0.5 s and was killed") as caught:
        await python(code, str(fifo), timeout=0.5)
    assert caught.value.effect == "unknown"
    os.set_blocking(reading, True)
    assert await asyncio.to_thread(os.read, reading, 1) == b""  # the end of the file: nobody has it open any more
    os.close(reading)


async def test_a_cancelled_run_is_killed_too(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    code = "import signal, sys; w = open(sys.argv[1], 'w'); signal.signal(15, signal.SIG_DFL); signal.pause()"
    async with asyncio.TaskGroup() as group:
        running = group.create_task(python(code, str(fifo)))
        reading = await asyncio.to_thread(fifo.open)
        running.cancel()
        assert await asyncio.to_thread(reading.read) == ""
        reading.close()


@pytest.mark.parametrize(("program", "why"), [("/no/such/program", "No such file"), ("/etc/passwd", "Permission")])
async def test_what_cannot_be_started_had_no_effect(program: str, why: str) -> None:
    with pytest.raises(ActuatorError, match=f"cannot start {program}: {why}") as caught:
        await run((program,), ENVIRONMENT, None, 5.0)
    assert caught.value.effect == "none"


async def test_no_descriptor_is_left_open() -> None:
    await python("")  # asyncio makes a watcher of its own at the first
    before = descriptors()
    await python("")
    with pytest.raises(ActuatorError):
        await run(("/no/such/program",), ENVIRONMENT, None, 5.0)
    assert descriptors() == before
