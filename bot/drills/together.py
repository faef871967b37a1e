"""Two actions on one target at the same moment."""

import asyncio

from bot.domain import approval
from bot.domain.proposals import Proposal
from bot.drills.ground import Ground
from bot.drills.place import ADA, BEN
from bot.drills.steward import Setup, Steward
from bot.drills.table import Row
from bot.drills.trial import Trial
from bot.flow.claim import claim

FAULT = "two actions on one target at once"


async def run(ground: Ground) -> list[Row]:
    """Two incidents blame one service: both are clicked at once; both, claimed, are run at once."""
    cases = [("clicked at once", _clicked), ("run at once", _run), ("one begins while the other runs", _during)]
    return [
        await ground.each(FAULT, cases, lambda trial, case: case(trial), "one had its effect, the other did nothing")
    ]


async def _clicked(trial: Trial) -> list[str]:
    one, other, first, second = await _two(trial)
    answers = await asyncio.gather(one.click(first, ADA), other.click(second, BEN))
    await asyncio.gather(one.steps("execute"), other.steps("execute"))
    refused = [answer for answer in answers if not answer.accepted]
    return await trial.problems(1, "" if refused else "nothing was done")


async def _run(trial: Trial) -> list[str]:
    one, other, first, second = await _two(trial)
    await _claim(one, first)
    await _claim(one, second)
    await asyncio.gather(one.steps("execute"), other.steps("execute"))
    return await trial.problems(1, "nothing was done")


async def _during(trial: Trial) -> list[str]:
    """The second one looks for work right before the first one has its effect."""
    _, other, first, second = await _two(trial)
    begun: list[str] = []

    async def meanwhile(point: str) -> None:
        if point == "before effect" and not begun:
            begun.append(point)
            await _claim(other, second)
            await other.steps("execute")

    slow = trial.steward(Setup(hook=meanwhile))
    await _claim(slow, first)
    await slow.steps("execute")
    return await trial.problems(1, "another action is running")


async def _two(trial: Trial) -> tuple[Steward, Steward, Proposal, Proposal]:
    await trial.open()
    one, other = trial.steward(), trial.steward()
    await one.steps("offer")
    first, second = await one.proposals("pending")
    return one, other, first, second


async def _claim(steward: Steward, proposal: Proposal) -> None:
    """A claim that got past the gate, as on two machines at the same moment."""
    async with steward.store.unit() as unit:
        incident = await unit.incidents.get(proposal.incident_id)
        assert incident is not None
        await claim(unit, incident, approval.signed(proposal, ADA, steward.clock.now()), {})
