"""PostgreSQL is restarted under a Steward: at once, as a crash would."""

from contextlib import suppress

from bot.domain.errors import StoreError
from bot.drills.ground import Ground
from bot.drills.locked import finished
from bot.drills.place import ADA
from bot.drills.postgres import Server
from bot.drills.steward import Setup
from bot.drills.table import Row, not_tried
from bot.drills.trial import Trial

FAULT = "PostgreSQL restarted in the middle"
PLACES = (
    ("click", "before commit"), ("click", "after commit"), ("run", "before commit"), ("run", "after commit"),
    ("run", "before effect"), ("run", "after effect"),
)  # fmt: skip


async def run(ground: Ground) -> list[Row]:
    """Around the commits and the effect of a click and a run."""
    server = ground.server
    if server is None:
        why = (
            "the store is SQLite"
            if ground.sqlite
            else "the server is not the drills' own: --store postgresql starts one"
        )
        return [not_tried(FAULT, why)]

    async def attempt(trial: Trial, place: tuple[str, str]) -> list[str]:
        return await _restart(trial, server, place)

    cases = [(", ".join(place), place) for place in PLACES]
    return [await ground.each(FAULT, cases, attempt, "one effect; nothing lost, and all went on by itself")]


async def _restart(trial: Trial, server: Server, place: tuple[str, str]) -> list[str]:
    now = ["offer"]

    async def hit(point: str) -> None:
        if (now[0], point) == place:
            now[0] = "over"
            await server.restart()

    steward = trial.steward(Setup(hook=hit))
    proposal = await steward.offered()
    now[0] = "click"
    await steward.click(proposal, ADA)
    now[0] = "run" if now[0] == "click" else now[0]
    with suppress(StoreError):  # what it was in the middle of fails; the rows say what is left to do
        await steward.steps("execute")
    return await finished(trial)
