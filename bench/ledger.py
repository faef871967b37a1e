"""Claim-to-effect latency: from the commit of a click to the start of its effect at the target, on both databases.

Run by `make latency`. The whole flow as it ships: a click at the desk, the bell, the worker that executes. Beside it,
in the same run and on the same database, the floor: a commit of one row.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from actions.manifest import Manifest, Release, write
from bot.domain.errors import StewardError
from bot.domain.people import Answer
from bot.drills.bases import Base, base
from bot.drills.conduct import server
from bot.drills.place import ADA, SERVICE, Place, incident
from bot.drills.steward import Setup, Steward
from bot.runtime.health import Board
from bot.runtime.loop import Worker
from bot.runtime.tasks import spawn

CLICKS = 400
A_STORE = 20
"""Clicks on each fresh store: the most actions in an hour that Steward allows unless told otherwise."""


class Watch:
    """Notes when the claim was committed, when the effect began, and when the run was written down."""

    def __init__(self) -> None:
        self.commits: list[float] = []
        self.begun = 0.0
        self.over = asyncio.Event()

    async def __call__(self, point: str) -> None:
        if point == "after commit":
            self.commits.append(time.perf_counter())
            if self.begun:
                self.over.set()
        if point == "before effect":
            self.begun = time.perf_counter()

    def reset(self) -> None:
        self.commits, self.begun = [], 0.0
        self.over.clear()


@asynccontextmanager
async def working(place: Place, watch: Watch) -> AsyncIterator[Steward]:
    """A Steward whose worker waits for the bell, as in `steward run`."""
    steward, stop = Steward(place, Setup(watch)), asyncio.Event()
    execute = next(step for step in steward.bot.steps if step.part == "execute")
    worker = spawn("execute", Worker(execute, steward.bot.bell, Board()).run(stop))
    try:
        yield steward
    finally:
        stop.set()
        steward.bot.bell.ring()
        await worker
        await steward.close()


async def clicked(steward: Steward, watch: Watch) -> float:
    """Seconds from the commit of a click to the start of its effect. The first commit after the press is the claim."""
    async with steward.store.unit() as unit:
        await unit.incidents.save(incident(steward.clock.now()))
    proposal = await steward.offered()
    watch.reset()
    answer = await steward.click(proposal, ADA)
    if not answer.accepted:
        raise StewardError(f"the click was refused: {answer.text}")
    await watch.over.wait()
    return watch.begun - watch.commits[0]


async def bare(steward: Steward, name: str) -> float:
    """Seconds that a commit of one row takes."""
    began = time.perf_counter()
    async with steward.store.unit() as unit:
        await unit.deliveries.remember(name, Answer(""))
    return time.perf_counter() - began


async def measured(stores: Base, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of all clicks, and of as many bare commits between them."""
    latencies, floors = list[float](), list[float]()
    for _ in range(0, CLICKS, A_STORE):
        place, watch = Place(str(folder), await stores.make()), Watch()
        async with working(place, watch) as steward:
            for turn in range(A_STORE):
                floors.append(await bare(steward, f"floor {turn}"))
                latencies.append(await clicked(steward, watch))
        await stores.drop(place.store)
    return latencies, floors


def line(name: str, what: str, seconds: Sequence[float]) -> str:
    """One row of the table, in milliseconds."""
    ordered = sorted(seconds)
    median, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"{name:<11} {what:<24} {len(ordered):5} {median * 1e3:9.1f} {high * 1e3:9.1f}"


async def compare() -> None:
    """Prints the table."""
    print(f"{'database':<11} {'what':<24} {'times':>5} {'median ms':>9} {'99% ms':>9}")
    for store in ("", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="steward-latency-") as name:
            folder = Path(name)
            write(folder, Manifest(SERVICE, 1, "v1", (Release("v1", ("true",)),)))
            try:
                async with server(store) as own:
                    stores = base(own.url if own else f"sqlite:///{folder}/first.db", folder)
                    await stores.prepare()
                    latencies, floors = await measured(stores, folder)
                    await stores.close()
            except StewardError as error:
                print(f"{store:<11} not measured: {error}")
                continue
            print(line(stores.kind, "from click to effect", latencies))
            print(line(stores.kind, "a commit of one row", floors), flush=True)


if __name__ == "__main__":
    asyncio.run(compare())
