"""Work that must not be left half done when whoever waits for it gives up."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def see_through(work: Coroutine[Any, Any, T], patience: float) -> T:
    """Does the work. A cancellation that comes meanwhile is raised only when it has ended, or `patience` s later."""
    doing = asyncio.gather(work)
    try:
        await asyncio.wait({doing})
    except asyncio.CancelledError:
        await _end(doing, patience)
        raise
    return doing.result()[0]


async def _end(doing: "asyncio.Future[tuple[T]]", patience: float) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not doing.done() and loop.time() < end:
        try:
            await asyncio.wait({doing}, timeout=end - loop.time())
        except asyncio.CancelledError:
            continue  # asked again: it is as urgent as before
    if not doing.cancel() and not doing.cancelled():
        doing.exception()  # looked at, for nobody else will
