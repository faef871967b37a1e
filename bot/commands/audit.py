"""`steward audit`: checks the chain, or writes it as JSON lines."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict

from bot.commands.common import opened, read
from bot.config.load import Config
from bot.domain.audit import Checker, Entry
from bot.domain.errors import StewardError
from bot.ports.store import Store

EXAMPLE = "steward audit export > audit.jsonl"

AT_ONCE = 1000
"""Rows that are held in memory at a time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the chain."""
    parser.add_argument("what", choices=("verify", "export"), help="check every hash, or write JSON lines")


def run(arguments: argparse.Namespace) -> int:
    """Checks or writes the audit chain."""
    config, _ = read(arguments)
    asyncio.run(_verify(config) if arguments.what == "verify" else _export(config))
    return 0


async def _verify(config: Config) -> None:
    checker = Checker()
    async with opened(config) as store:
        async for entries in _pages(store):
            if bad := checker.first_bad(entries):
                raise StewardError(f"the audit chain is broken: {bad}")
    head = f", head {checker.head}" if checker.head else ""
    print(f"the audit chain holds: {checker.seen} rows{head}")


async def _export(config: Config) -> None:
    async with opened(config) as store:
        async for entries in _pages(store):
            for entry in entries:
                row = asdict(entry) | {"detail": json.loads(entry.detail)}
                sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")


async def _pages(store: Store) -> AsyncIterator[Sequence[Entry]]:
    """The chain from its beginning, a page at a time."""
    after = 0
    while True:
        async with store.read() as unit:
            entries = await unit.audit.entries(after, AT_ONCE)
        if not entries:
            return
        yield entries
        after = entries[-1].seq
