"""The wall clock is an hour off. Leases and expiries are on the store's clock."""

from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.steward import Setup
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "wall clock an hour off, on who runs and on who watches"


async def run(ground: Ground) -> list[Row]:
    """Seconds: of the one that clicks and runs, and of another one that looks for leases that are over meanwhile."""
    shifts = [(3600.0, 0.0), (-3600.0, 0.0), (0.0, 3600.0), (0.0, -3600.0), (3600.0, -3600.0), (-3600.0, 3600.0)]
    cases = [(f"{mine:+.0f} s and {theirs:+.0f} s", (mine, theirs)) for mine, theirs in shifts]
    return [await ground.each(FAULT, cases, _off, "one effect; no lease was taken too early, no click refused")]


async def _off(trial: Trial, shifts: tuple[float, float]) -> list[str]:
    mine, theirs = shifts
    watcher, adopted = trial.steward(Setup(shift=theirs)), []

    async def meanwhile(point: str) -> None:
        if point in {"before effect", "after effect"}:
            adopted.append(await watcher.steps("recover"))

    await trial.steward().offered()
    steward = trial.steward(Setup(hook=meanwhile, shift=mine))
    (proposal,) = await steward.proposals("pending")
    answer = await steward.click(proposal, ADA)
    await steward.steps("execute")
    found = [] if answer.accepted else [f"refused: {answer.text}"]
    return [*found, *([] if adopted == [0, 0] else [f"adopted {adopted}"]), *await trial.problems(1)]
