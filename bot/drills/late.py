"""A click around the moment of expiry, by the store's clock; and an approval that expires before it runs."""

from bot.domain.proposals import Proposal
from bot.drills.answers import accepted, refused
from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.steward import Setup
from bot.drills.table import Row
from bot.drills.trial import Trial

CLICK = "click after expiry, or within a millisecond of it"
RUN = "the approval expires between click and run"


async def run(ground: Ground) -> list[Row]:
    """Seconds before and after."""
    cases = [(f"{off:+} s", off) for off in (-1.0, -0.001, 0.0, 0.001, 1.0, 86_400.0)]
    late = [case for case in cases if case[1] >= 0]
    return [
        await ground.each(CLICK, cases, _click, "in time: one effect; else refused with the reason, and audited"),
        await ground.each(RUN, late, _run, "nothing was done, and the record says so"),
    ]


async def _click(trial: Trial, off: float) -> list[str]:
    proposal: Proposal = await trial.steward().offered()
    then = trial.steward(Setup(now=proposal.expires_at + off))
    answer = await then.click(proposal, ADA)
    if off >= 0:
        return [*refused(answer, "has expired"), *await trial.problems(0)]
    await then.steps("execute")
    return [*accepted(answer), *await trial.problems(1)]


async def _run(trial: Trial, off: float) -> list[str]:
    proposal = await trial.steward().approved(ADA)
    await trial.steward(Setup(now=proposal.expires_at + off)).steps("execute")
    return await trial.problems(0, "the approval expired")
