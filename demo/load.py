"""The shoppers: a steady open-loop load on the storefront, `python -m demo.load DIR`.

The rate, in requests a second, stands in `DIR/load.rate` and may be changed at any time.
"""

import argparse
import asyncio
import math
import os
import random
import time
from functools import partial
from pathlib import Path

import aiohttp

from demo.lineage import end_with_parent
from demo.targets import Directory

FILE = "load.rate"
CALM = 25.0
BUYERS = 0.6
MOST_OPEN = 400
"""Shoppers at once; beyond that they stay away, so that a stuck shop does not pile up connections."""


def set_rate(directory: Path, rate: float) -> None:
    """Sets the rate, in requests a second."""
    path = directory / FILE
    new = path.with_suffix(".new")
    new.write_text(f"{rate}\n", encoding="utf-8")
    new.replace(path)


def read_rate(directory: Path) -> float:
    """The rate that is set, in requests a second."""
    try:
        return float((directory / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return CALM


def swell(now: float) -> float:
    """The natural ups and downs of the load: a factor around 1, by at most a tenth, for a time in seconds."""
    return 1.0 + 0.06 * math.sin(now / 7.0) + 0.04 * math.sin(now / 2.3)


class Shoppers:
    """Sends requests at their times, whether or not earlier ones were answered."""

    def __init__(self, directory: Path, session: aiohttp.ClientSession, chance: random.Random) -> None:
        self._directory = directory
        self._targets = Directory(directory)
        self._session = session
        self._chance = chance
        self._open = 0

    async def run(self) -> None:
        """Goes on until cancelled."""
        due = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            while True:
                rate = read_rate(self._directory) * swell(due)
                due = max(due + self._chance.uniform(0.5, 1.5) / rate, time.monotonic() - 1.0)
                await asyncio.sleep(due - time.monotonic())
                if self._open < MOST_OPEN:
                    tasks.create_task(self._visit())

    async def _visit(self) -> None:
        address = self._targets.pick("storefront")
        if address is None:
            return
        method, path = ("POST", "/buy") if self._chance.random() < BUYERS else ("GET", "/")
        self._open += 1
        try:
            async with self._session.request(method, f"http://{address}{path}") as response:
                await response.read()
        except (aiohttp.ClientError, TimeoutError):
            return
        finally:
            self._open -= 1


async def shop(directory: Path) -> None:
    """Loads the storefront of this sandbox for ever."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5.0)) as session:
        await Shoppers(directory, session, random.Random("shoppers")).run()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m demo.load", description=__doc__)
    parser.add_argument("directory", type=Path, help="the sandbox")
    directory = parser.parse_args().directory.resolve()
    end_with_parent(partial(os._exit, 0))
    asyncio.run(shop(directory))


if __name__ == "__main__":
    main()
