"""`steward run`: the bot."""

import argparse
import asyncio
import signal

from bot.assembly import assemble
from bot.commands.common import read
from bot.config.load import Config
from bot.config.secrets import Secrets
from bot.process import Process

EXAMPLE = "steward run -c steward.yaml"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Runs until SIGTERM or Ctrl-C."""
    config, secrets = read(arguments)
    asyncio.run(_run(config, secrets))
    return 0


async def _run(config: Config, secrets: Secrets) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    process = Process(assemble(config, secrets))
    try:
        await process.start()
        print(f"Steward is watching. Sign in once with {process.link}", flush=True)
        await stop.wait()
    finally:
        await process.stop()
