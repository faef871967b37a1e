"""What tests with real servers share: the rule for a server that is not there, and waiting for one that is."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from importlib.util import find_spec

import pytest

REAL = "STEWARD_REAL"
PAUSE = 0.05


def need(what: object, how: str) -> None:
    """Skips the test when `what` is missing (None, False, empty), saying how to get it; fails where STEWARD_REAL=1."""
    if what:
        return
    if os.environ.get(REAL) == "1":
        pytest.fail(f"a real server is missing: {how}", pytrace=False)
    pytest.skip(how)


def program(name: str, package: str) -> str:
    """The path of a program that a Debian package brings."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    need(path, f"{name} is not installed: apt-get install {package}")
    assert path
    return path


def package(module: str, name: str) -> None:
    """Skips the test when a Python package is not installed."""
    need(find_spec(module), f"{name} is not installed: pip install {name}")


async def until(holds: Callable[[], Awaitable[object]], what: str, timeout: float = 30.0) -> None:
    """Asks a server again and again until something holds; servers of others have no event to wait on."""
    for _ in range(int(timeout / PAUSE)):
        if await holds():
            return
        await asyncio.sleep(PAUSE)
    pytest.fail(f"after {timeout:.0f} s still not so: {what}")
