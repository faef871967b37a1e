"""`steward migrate`: brings the store to this version."""

import argparse
import asyncio

from bot.commands.common import read
from bot.store import migrate

EXAMPLE = "steward migrate -c steward.yaml"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Runs the migrations that are missing."""
    config, _ = read(arguments)
    version = asyncio.run(migrate.upgrade(config.settings.store))
    print(f"the store is at version {version}")
    return 0
