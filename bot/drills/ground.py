"""What drills stand on: the target, fresh stores, how often to try, and where to say how far they are."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import StewardError
from bot.drills.bases import Base
from bot.drills.place import Place
from bot.drills.postgres import Server
from bot.drills.sandbox import Target
from bot.drills.table import Row, Tally
from bot.drills.trial import Trial

Case = TypeVar("Case")

Attempt = Callable[[Trial, Case], Awaitable[Iterable[str]]]
"""Tries one case; gives what did not hold, one line each."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Given to every drill.

    times: how often each case is tried; None: as often as the drill thinks right.
    server: the PostgreSQL server, when it is the drills' own.
    tell: is told the fault, how many trials are done, and how many there are.
    """

    target: Target
    base: Base
    tell: Callable[[str, int, int], None]
    seed: int = 1
    times: int | None = None
    server: Server | None = None

    @property
    def sqlite(self) -> bool:
        """Whether the stores are files."""
        return self.base.kind == "SQLite"

    def chance(self, name: str) -> random.Random:
        """Chance that is the same in each run with this seed."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311  # repeatable on purpose

    @asynccontextmanager
    async def trial(self) -> AsyncIterator[Trial]:
        """A fresh place."""
        store = await self.base.make()
        trial = Trial(Place(str(self.target.folder), store), self.target)
        try:
            yield trial
        finally:
            await trial.close()
            await self.base.drop(store)

    async def each(self, fault: str, cases: Sequence[tuple[str, Case]], attempt: Attempt[Case], seen: str) -> Row:
        """Tries every case at a place of its own, as often as asked for.

        Args:
            fault: the row's name.
            cases: each with its name.
            attempt: tries one.
            seen: what to say when all held.
        """
        tally = Tally(fault)
        many = [one for _ in range(self.times or 1) for one in cases]
        for number, (name, case) in enumerate(many):
            self.tell(fault, number, len(many))
            async with self.trial() as trial:
                await trial.open()
                try:
                    found = await attempt(trial, case)
                except (StewardError, AssertionError, LookupError) as error:  # something that it builds on did not hold
                    found = [f"could not go on: {str(error) or type(error).__name__}"]
                tally.add(name, found)
        self.tell(fault, len(many), len(many))
        return tally.row(seen)
