"""`steward digest`: prints today's digest."""

import argparse
import asyncio
from zoneinfo import ZoneInfo

from bot.commands.common import opened, read
from bot.commands.plain import plain
from bot.config.load import Config
from bot.domain.render import Renderer
from bot.flow.around import Around
from bot.flow.digest import Digest
from bot.flow.fleet import Fleet
from bot.runtime.clock import SystemClock

EXAMPLE = "steward digest"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Prints the digest of the last 24 hours."""
    config, _ = read(arguments)
    print(asyncio.run(_digest(config)))
    return 0


async def _digest(config: Config) -> str:
    async with opened(config) as store:
        renderer = Renderer(ZoneInfo(config.settings.digest.timezone))
        around = Around(Fleet(), dict, config.settings.tuning)
        return plain(await Digest(store, SystemClock(), renderer, around).card())
