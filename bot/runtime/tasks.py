"""The one place where background tasks start: each is named, kept, and reported when it crashes."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.domain.errors import StewardError

T = TypeVar("T")

log = logging.getLogger(__name__)
_running: set[asyncio.Task[Any]] = set()


def spawn(name: str, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
    """Starts `work` in the background and keeps a reference until it ends; a crash is logged as one line."""
    task = asyncio.create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task %s ended: %s: %s", task.get_name(), type(error).__name__, error)


async def guarded(name: str, work: Coroutine[object, object, None]) -> bool:
    """Runs one step to its end; a bug in it is logged with its place and does not stop the caller's loop.

    Returns:
        whether the step ended well.
    """
    try:
        await work
    except Exception as error:
        log.error("%s failed: %s", name, _words(error))
        return False
    return True


def last_resort(work: Callable[[], T]) -> T:
    """Runs a command; a bug in it becomes one line that says where, as a StewardError.

    Raises:
        StewardError: as the command does, or for a bug.
    """
    try:
        return work()
    except StewardError:
        raise
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise StewardError(f"{where}{(error.strerror or str(error)).lower()}") from error
    except Exception as error:
        raise StewardError(f"a bug: {_words(error)}; please report this line") from error


def _words(error: BaseException) -> str:
    """An unexpected error as one line with its place."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else "?"
    return f"{type(error).__name__}: {error} ({where})"
