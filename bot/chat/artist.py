"""Draws pictures beside the event loop, one at a time."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor

from bot.domain.errors import StewardError
from bot.domain.picture import Picture


class PictureError(StewardError):
    """Nothing can be drawn here; the incident is told without pictures."""


class Artist:
    """Has one thread of its own: matplotlib makes no promise about several, and a storm shall not take those of others.

    The library comes with the first picture, which so takes a second or two longer than the next ones.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "artist")

    async def draw(self, one: Picture) -> bytes:
        """The picture as a PNG.

        Raises:
            PictureError: the library cannot be loaded.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, _draw, one)

    def close(self) -> None:
        """Draws nothing more; what is being drawn is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _draw(one: Picture) -> bytes:
    try:
        from bot.chat.png import draw
    except (ImportError, OSError) as error:
        raise PictureError(
            f"charts cannot be drawn: {error}; install the requirements, and name a folder for fonts in MPLCONFIGDIR"
        ) from error
    drawn = draw(one)
    gc.collect(1)  # a figure refers to itself, and tens of MB of them would wait for the collector
    return drawn
