"""Processes that end with the process that started them, even when that one was killed with -9."""

import os
import threading
import time
from collections.abc import Callable, Mapping

PARENT = "DEMO_PARENT"
EVERY = 0.25


def environment() -> Mapping[str, str]:
    """What to add to a child's environment, so that it knows whose child it is from its first moment."""
    return {PARENT: str(os.getpid())}


def end_with_parent(end: Callable[[], None]) -> None:
    """Calls `end` from a thread, once, when this process's parent is gone.

    Looking at the parent's pid works on every Unix; the kernel's own notice (PR_SET_PDEATHSIG) is Linux only.
    """
    parent = int(os.environ.get(PARENT) or os.getppid())

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(EVERY)
        end()

    threading.Thread(target=watch, name="lineage", daemon=True).start()
