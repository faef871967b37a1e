"""Stewards in processes of their own, as the drill that starts, stops and kills them sees them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Any

from bot.domain.errors import StewardError
from bot.drills.place import Place
from bot.drills.sandbox import HOME

PATIENCE = 60.0


class Process:
    """One child; it begins to start at once. An async context manager that ends it, whatever state it is in.

    at, number: the point at which it sends itself this signal; None: at none.
    hang: the kind of point at which it waits for ever.
    ahead: seconds that the store's clock is ahead for it.
    """

    def __init__(  # one for each thing that can happen to it
        self, place: Place, at: int | None = None, number: int = signal.SIGKILL, hang: str = "", ahead: float = 0.0
    ) -> None:
        self._process = subprocess.Popen(  # our own program
            [sys.executable, "-m", "bot.drills.child"],
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        where = {"folder": place.folder, "store": place.store}
        self._send({**where, "at": at, "signal": int(number), "hang": hang, "ahead": ahead})

    async def __aenter__(self) -> "Process":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._end)

    async def ask(self, do: str, **order: Any) -> Any:
        """Gives an order and waits for the answer; None when it died of it.

        Raises:
            StewardError: it ended in another way than by the signal.
        """
        self._send({"do": do, **order})
        return await self.answer()

    def order(self, do: str, **order: Any) -> None:
        """Gives an order; `answer` waits for what comes of it."""
        self._send({"do": do, **order})

    async def answer(self) -> Any:
        """What comes of the last order; as `ask`."""
        line = await asyncio.wait_for(asyncio.to_thread(self._stdout.readline), PATIENCE)
        if line:
            return json.loads(line)
        await asyncio.to_thread(self._process.wait)
        if self._process.returncode == -signal.SIGKILL:
            return None
        told = self._process.stderr.read().strip().splitlines() if self._process.stderr else []
        raise StewardError(f"a process of the drill failed: {told[-1] if told else self._process.returncode}")

    async def stopped(self) -> None:
        """Waits until it has stopped itself."""
        await asyncio.wait_for(asyncio.to_thread(os.waitpid, self._process.pid, os.WUNTRACED), PATIENCE)

    def send(self, number: int) -> None:
        """Sends it a signal."""
        self._process.send_signal(number)

    @property
    def _stdout(self) -> Any:
        return self._process.stdout

    def _send(self, order: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _end(self) -> None:
        """Whatever it is at, paused even: the rows are on disk, and nobody asks it any more."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
