"""Bytes of the database file were flipped."""

import asyncio
import random
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.errors import StewardError
from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.table import Row, not_tried
from bot.drills.trial import Trial

FAULT = "flipped bytes in the database file"
TRIALS = 30


@dataclass(frozen=True, slots=True)
class Damage:
    """How many bytes are flipped, which ones, and whether the click was before."""

    bytes: int
    seed: int
    approved: bool


async def run(ground: Ground) -> list[Row]:
    """Each trial flips other bytes, few or many, before the click or before the run."""
    if not ground.sqlite:
        return [not_tried(FAULT, "the files of PostgreSQL are not the drill's to break")]
    seeds = ground.chance(FAULT).sample(range(10**6), TRIALS)
    cases = [(f"seed {seed}", Damage((20, 200)[place % 2], seed, place % 4 < 2)) for place, seed in enumerate(seeds)]
    refused: list[str] = []

    async def attempt(trial: Trial, damage: Damage) -> list[str]:
        return await _flip(trial, damage, refused)

    row = await ground.each(FAULT, cases, attempt, "")
    seen = f"{len(refused)} times refused in one clear line, else the damage was elsewhere; no effect without a yes"
    return [replace(row, seen=seen) if row.well else row]


async def _flip(trial: Trial, damage: Damage, refused: list[str]) -> list[str]:
    before = trial.steward()
    proposal = await (before.approved(ADA) if damage.approved else before.offered())
    await trial.close()  # nobody has pages of the file in memory
    path = Path(trial.place.store.removeprefix("sqlite:///"))
    await asyncio.to_thread(flip, path, damage.bytes, random.Random(damage.seed))  # noqa: S311  # repeatable
    steward, allowed, told = trial.steward(), damage.approved, ""
    try:
        answer = await steward.click(proposal, ADA)
        allowed, told = allowed or answer.accepted, "" if answer.accepted else answer.text
        await steward.steps("execute", "recover")
    except StewardError as error:
        told = str(error)
    refused += [told] if told else []
    await trial.target.settled()
    found = [f"told in many lines: {told[:80]}"] if "\n" in told else []
    return [*found, *([f"{trial.effects} effects"] if trial.effects > int(allowed) else [])]


def flip(path: Path, count: int, chance: random.Random) -> None:
    """Flips bytes all over the file but for its header, once everything is in it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    for _ in range(count):
        data[chance.randrange(100, len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)
