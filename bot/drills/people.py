"""Clicks of people who may not approve, or may not any more."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.drills.answers import accepted, refused
from bot.drills.ground import Ground
from bot.drills.place import ADA, APPROVERS, EVE, OWNER
from bot.drills.steward import Setup
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "approver removed before the click or the run; a stranger; one person twice"
WITHOUT_ADA: Mapping[str, Any] = {"approvals": {"approvers": {**APPROVERS, "slack": []}}}
TWO: Mapping[str, Any] = {"approvals": {"two_people_for": ["restart"]}}


async def run(ground: Ground) -> list[Row]:
    """Each is refused, told so and audited."""
    cases = [("a stranger", _stranger), ("before the click", _removed), ("before the run", _late), ("twice", _twice)]
    seen = "refused, told so, audited; no effect without those who may"
    return [await ground.each(FAULT, cases, lambda trial, case: case(trial), seen)]


async def _stranger(trial: Trial) -> list[str]:
    steward = trial.steward()
    answer = await steward.click(await steward.offered(), EVE)
    return [*refused(answer, "may not decide here"), *await _audited(trial), *await trial.problems(0)]


async def _removed(trial: Trial) -> list[str]:
    proposal = await trial.steward().offered()
    answer = await trial.steward(Setup(over=WITHOUT_ADA)).click(proposal, ADA)
    return [*refused(answer, "may not decide here"), *await _audited(trial), *await trial.problems(0)]


async def _late(trial: Trial) -> list[str]:
    await trial.steward().approved(ADA)
    await trial.steward(Setup(over=WITHOUT_ADA)).steps("execute")
    return await trial.problems(0, "may not approve this any more")


async def _twice(trial: Trial) -> list[str]:
    """On the same surface, by another button's press; and on a surface where nobody can say who it is."""
    steward = trial.steward(Setup(over=TWO))
    proposal = await steward.offered()
    first = await steward.click(proposal, ADA)
    again = await steward.click(proposal, replace(ADA, name="Not Ada"), "stand")
    unsure = await steward.click(proposal, OWNER)
    await steward.steps("execute")
    found = [*accepted(first), *refused(again, "another person"), *refused(unsure, "nobody can say")]
    return [*found, *await trial.problems(0, rules=steward.policy)]


async def _audited(trial: Trial) -> list[str]:
    rows = sum(row.what == "refuse" for row in (await trial.record()).audit)
    return [] if rows == 1 else [f"{rows} audit rows of the refusal"]
