"""It has recovered by itself before anybody clicked."""

from bot.drills.answers import refused
from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "self-healed before the click"


async def run(ground: Ground) -> list[Row]:
    """The click comes before, and after, the proposal was taken back."""
    cases = [("at once", False), ("taken back already", True)]
    return [await ground.each(FAULT, cases, _click, "told that it has recovered; nothing was done")]


async def _click(trial: Trial, taken_back: bool) -> list[str]:
    steward = trial.steward()
    proposal = await steward.offered()
    await trial.heal()
    if taken_back:
        await steward.steps("recheck", "offer")
    answer = await steward.click(proposal, ADA)
    await steward.steps("execute")
    words = "already void" if taken_back else "already recovered"
    return [*refused(answer, words), *await trial.problems(0)]
