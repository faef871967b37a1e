"""Wake-up hints: whoever changed rows rings, whoever waits for rows looks. Polling stays the truth."""

import asyncio


class Bell:
    """One bell for the whole process."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wakes everybody who waits."""
        self._rung.set()
        self._rung = asyncio.Event()

    def listen(self) -> asyncio.Event:
        """An event that the next ring sets: taken before a look at the rows, it misses no ring during the look."""
        return self._rung

    async def wait(self, seconds: float, heard: asyncio.Event | None = None) -> bool:
        """Waits for the next ring, or the one after `heard` was taken, at most so long; whether it rang."""
        try:
            async with asyncio.timeout(seconds):
                await (heard or self._rung).wait()
        except TimeoutError:
            return False
        return True
