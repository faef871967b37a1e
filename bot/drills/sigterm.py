"""SIGTERM in the middle of a run, to `steward run` itself: it finishes or hands back, and is gone within 10 s."""

import asyncio
import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.drills.children import Process
from bot.drills.ground import Ground
from bot.drills.kill import AHEAD
from bot.drills.place import ADA, SERVICE
from bot.drills.sandbox import HOME
from bot.drills.steward import Setup
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "SIGTERM in the middle of a run"
HUNG = "SIGTERM while the target hangs"
LIMIT = 10.0
PATIENCE = 40.0
LOOK = 0.05


async def run(ground: Ground) -> list[Row]:
    """The target lets the run wait: for a second after the signal, or for longer than the process may take."""
    held = [("the target is free in time", 1.0), ("the target stays locked", 2 * LIMIT)]
    return [
        await ground.each(FAULT, held, _terminate, "gone within 10 s, exit 0; it finished, and the record is true"),
        await ground.each(HUNG, [("hung", None)], _hung, "gone within 10 s; the next one found out and went on"),
    ]


async def _terminate(trial: Trial, wait: float) -> list[str]:
    await trial.steward().approved(ADA)
    config = Path(trial.place.folder) / "steward.yaml"
    await asyncio.to_thread(config.write_text, trial.place.text({}), "utf-8")
    with _held(trial.place.folder) as free:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "-c", str(config), "--log-level", "error"),
            cwd=HOME,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            await _running(trial)
            asyncio.get_running_loop().call_later(wait, free)
            took = await _ended(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    found = [] if process.returncode == 0 else [f"exit {process.returncode}"]
    found += [] if took <= LIMIT else [f"took {took:.1f} s"]
    return [*found, *await trial.problems(int(wait < LIMIT), "" if wait < LIMIT else "was held by another process")]


async def _hung(trial: Trial, _: None) -> list[str]:
    """The actuator never comes back, and has had no effect."""
    await trial.steward().approved(ADA)
    async with Process(trial.place, hang="before effect") as process:
        process.order("serve")
        await _running(trial)
        at = time.monotonic()
        process.send(signal.SIGTERM)
        await process.answer()
        took = time.monotonic() - at
    next_one = trial.steward(Setup(ahead=AHEAD))
    await next_one.steps("recover")
    found = [] if took <= LIMIT else [f"took {took:.1f} s"]
    found += await trial.problems(0, "interrupted before it had an effect")
    await next_one.approved(ADA)
    await next_one.steps("execute")
    return [*found, *await trial.problems(1, "interrupted before it had an effect")]


async def _ended(process: asyncio.subprocess.Process) -> float:
    """Sends the signal; gives the seconds until it is gone, or until it must be killed."""
    at = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), 3 * LIMIT)
    except TimeoutError:
        process.kill()
        await process.wait()
    return time.monotonic() - at


async def _running(trial: Trial) -> None:
    """Waits until the run has begun."""
    for _ in range(int(PATIENCE / LOOK)):
        if "running" in await trial.states():
            return
        await asyncio.sleep(LOOK)


@contextmanager
def _held(folder: str) -> Iterator[Callable[[], None]]:
    """Holds the lock of the target's manifest, as another deployment would; gives what frees it."""
    file = os.open(Path(folder) / f"{SERVICE}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield lambda: fcntl.flock(file, fcntl.LOCK_UN)
    finally:
        os.close(file)
