"""A double click, and clicks that are delivered again: they count once, and are answered the same."""

import asyncio

from bot.drills.answers import accepted
from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "double click; a click delivered again"


async def run(ground: Ground) -> list[Row]:
    """The same press on two connections at once, and once more after a restart."""
    cases = [(f"{many} deliveries", many) for many in (2, 5, 10)]
    return [await ground.each(FAULT, cases, _again, "one effect; every delivery got the same answer")]


async def _again(trial: Trial, many: int) -> list[str]:
    one, other = trial.steward(), trial.steward()
    proposal = await one.offered()
    first, *answers = await asyncio.gather(*((one, other)[place % 2].click(proposal, ADA) for place in range(many)))
    answers.append(await trial.steward().click(proposal, ADA))
    await asyncio.gather(one.steps("execute"), other.steps("execute"))
    answers.append(await trial.steward().click(proposal, ADA))
    different = [f"answered {first.text!r}, then {answer.text!r}" for answer in answers if answer != first]
    return [*accepted(first), *different, *await trial.problems(1)]
