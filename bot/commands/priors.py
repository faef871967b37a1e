"""`steward priors`: what outcomes say about actions, folded anew from the rows. Nothing else keeps it."""

import argparse
import asyncio

from bot.commands.common import opened, read
from bot.config.load import Config
from bot.domain import learning
from bot.domain.learning import Lessons, Prior
from bot.domain.words import inert

EXAMPLE = "steward priors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each action on each kind of incident that it was tried on."""
    config, _ = read(arguments)
    print(asyncio.run(_text(config)))
    return 0


async def _text(config: Config) -> str:
    async with opened(config) as store, store.read() as unit:
        lessons = Lessons(await unit.ledger.outcomes(), await unit.ledger.courses())
    tried = sorted({(one.signature, one.kind, one.verb) for one in lessons.outcomes})
    left = sorted({(one.signature, one.kind) for one in lessons.courses if one.recovered is not None})
    rows = [_row(signature, verb, learning.fold(lessons, signature, kind, verb)) for signature, kind, verb in tried]
    seen = {signature for signature, _, _ in tried}
    rows += [_row(one, "-", learning.fold(lessons, one, kind, "")) for one, kind in left if one not in seen]
    return "\n".join(rows) or "nothing learned so far: no action was verified yet"


def _row(signature: str, verb: str, prior: Prior) -> str:
    chance = f"chance {prior.mean:.0%}, ranked by {prior.bound:.2f}; " if prior.tried else ""
    return inert(f"{verb:<9} {signature}: {chance}{prior.words}")
