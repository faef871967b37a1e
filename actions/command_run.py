"""Runs one program and keeps the beginning of what it prints. Never a shell."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from actions.model import ActuatorError

LARGEST = 64 * 1024
"""Bytes of the output that are kept; what comes after is read and dropped."""
GRACE = 2.0
"""Seconds to end in peace after SIGTERM."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended: its exit code (negative: the signal) and what it printed."""

    code: int
    output: bytes
    errors: bytes


class _Kept:
    """The end of a pipe that is read as it fills. A child that lives on may hold the other end for ever."""

    def __init__(self) -> None:
        self._read, self.write = os.pipe()
        os.set_blocking(self._read, False)
        self.text = b""
        asyncio.get_running_loop().add_reader(self._read, self._drain)

    def _drain(self) -> bool:
        """Reads once, so that a program that prints without end cannot keep the loop; whether there was anything."""
        try:
            piece = os.read(self._read, LARGEST)
        except BlockingIOError:
            return False
        self.text += piece[: LARGEST - len(self.text)]
        if not piece:
            asyncio.get_running_loop().remove_reader(self._read)
        return bool(piece)

    def close(self) -> bytes:
        """What was printed."""
        while len(self.text) < LARGEST and self._drain():
            pass
        asyncio.get_running_loop().remove_reader(self._read)
        os.close(self._read)
        return self.text


async def run(words: Sequence[str], environment: Mapping[str, str], cwd: str | None, timeout: float) -> Ended:
    """Runs the program to its end, in a process group of its own, which is killed when it takes too long.

    Raises:
        ActuatorError: it cannot be started (effect "none"), or took too long (effect "unknown").
    """
    output, errors = _Kept(), _Kept()
    try:
        process = await _start(words, environment, cwd, (output.write, errors.write))
    except (OSError, ValueError) as error:
        output.close()
        errors.close()
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ActuatorError(f"cannot start {words[0]}: {why}; check the program's path, its rights and cwd") from None
    finally:
        os.close(output.write)
        os.close(errors.write)
    try:
        async with asyncio.timeout(timeout):
            code = await process.wait()
    except TimeoutError:
        raise ActuatorError(f"{words[0]} did not end within {timeout:g} s and was killed", "unknown") from None
    finally:
        if process.returncode is None:
            await _kill(process)
        kept = output.close(), errors.close()
    return Ended(code, *kept)


async def _start(
    words: Sequence[str], environment: Mapping[str, str], cwd: str | None, pipes: tuple[int, int]
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipes[0],
        stderr=pipes[1],
        env=dict(environment),
        cwd=cwd,
        start_new_session=True,
    )


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Ends the whole group: in peace if it can, then not."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await process.wait()
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
