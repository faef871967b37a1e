"""The target or the plan is another one than the message shows."""

from bot.drills.answers import refused
from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "the plan or the target changed since the message"


async def run(ground: Ground) -> list[Row]:
    """Noticed before the click, noticed only by the target itself, and a button of another plan."""
    cases = [("target, before the click", _before), ("target, after the click", _after), ("plan", _plan)]
    return [await ground.each(FAULT, cases, lambda trial, case: case(trial), "nothing was done; a new one is offered")]


async def _before(trial: Trial) -> list[str]:
    steward = trial.steward()
    old = await steward.offered()
    trial.target.drift()
    await steward.steps("recheck", "offer")
    answer = await steward.click(old, ADA)
    return [*refused(answer, "already void"), *await _anew(trial, old.digest), *await trial.problems(0)]


async def _after(trial: Trial) -> list[str]:
    steward = trial.steward()
    old = await steward.approved(ADA)
    trial.target.drift()
    await steward.steps("execute")
    return [*await _anew(trial, old.digest), *await trial.problems(0, "make a new plan")]


async def _plan(trial: Trial) -> list[str]:
    steward = trial.steward()
    proposal = await steward.offered()
    answer = await steward.click(proposal, ADA, digest="0" * 32)
    return [*refused(answer, "use the newest message"), *await trial.problems(0)]


async def _anew(trial: Trial, digest: str) -> list[str]:
    new = await trial.steward().offered()
    return [] if new.digest != digest else ["the new proposal has the digest of the old one"]
