"""A clock that stands until it is moved."""

import asyncio
from dataclasses import dataclass


@dataclass
class FixedClock:
    """Wall and monotonic time at once."""

    time: float = 1000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)
