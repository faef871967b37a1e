"""Fifty clicks at the same moment, from three surfaces, each a process with its own connections."""

import asyncio
from contextlib import AsyncExitStack

from bot.domain.approval import token
from bot.domain.people import Person
from bot.drills.children import Process
from bot.drills.ground import Ground
from bot.drills.place import ADA, BEN, OWNER
from bot.drills.steward import Steward
from bot.drills.table import Row, Tally
from bot.drills.trial import Trial

FAULT = "fifty clicks at once from three surfaces"
CLICKS = {ADA: 17, BEN: 17, OWNER: 16}
ROUNDS = 40


async def run(ground: Ground) -> list[Row]:
    """Forty rounds on one store; then all three also race to run what was approved."""
    tally, rounds = Tally(FAULT), ground.times or ROUNDS
    async with ground.trial() as trial, AsyncExitStack() as stack:
        steward = trial.steward()
        surfaces = {who: await stack.enter_async_context(Process(trial.place)) for who in CLICKS}
        for number in range(rounds):
            ground.tell(FAULT, number, rounds)
            found = await _round(trial, steward, surfaces, number + 1)
            found += await trial.problems(rounds) if number + 1 == rounds else []
            tally.add(f"round {number + 1}", found)
    ground.tell(FAULT, rounds, rounds)
    return [tally.row(f"{rounds} effects, one winner each; the others were told who")]


async def _round(trial: Trial, steward: Steward, surfaces: dict[Person, Process], effects: int) -> list[str]:
    await trial.open()
    proposal = await steward.offered()

    async def press(who: Person, process: Process) -> list[tuple[str, bool]]:
        person, digest = [who.surface, who.id, who.name], token(proposal.digest)
        order = {"person": person, "times": CLICKS[who], "proposal": proposal.id, "digest": digest}
        answers: list[tuple[str, bool]] = await process.ask("clicks", **order)
        return answers

    answered = await asyncio.gather(*(press(who, process) for who, process in surfaces.items()))
    begun = await asyncio.gather(*(process.ask("steps", names=["execute"]) for process in surfaces.values()))
    found = judge([one for answers in answered for one in answers], begun)
    await trial.heal()
    await trial.target.settled()
    await steward.steps("verify", "learn")
    done = trial.effects
    return [*found, *([] if done == effects else [f"{done} effects after {effects} rounds"])]


def judge(answers: list[tuple[str, bool]], begun: list[int]) -> list[str]:
    """What is wrong with the answers of a round, and with how many each process says that it ran."""
    winners = [text for text, accepted in answers if accepted]
    if len(winners) != 1 or sum(begun) != 1:
        return [f"{len(winners)} winners, {sum(begun)} runs"]
    who = winners[0].removeprefix("approved by ")
    return [f"told: {text}" for text, accepted in answers if not accepted and text != f"already approved by {who}"]
