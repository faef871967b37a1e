"""What comes between the click and the run: other rules, a revoked standing approval, the switch."""

from collections.abc import Mapping
from typing import Any

from bot.domain.people import Click
from bot.drills.answers import accepted
from bot.drills.ground import Ground
from bot.drills.place import ADA, BEN
from bot.drills.steward import Setup
from bot.drills.table import Row
from bot.drills.trial import Trial

RULES = "policy changed between click and run"
STANDING = "standing approval revoked between claim and run"
SWITCH = "all actions stopped between claim and run"

CHANGES: Mapping[str, Mapping[str, Any]] = {
    "two people": {"approvals": {"two_people_for": ["restart"]}},
    "other approvers": {"approvals": {"approvers": {"slack": ["U1", "U2"]}}},
    "a freeze": {"actions": {"freezes": [{"from": "2020-01-01", "until": "2099-01-01"}]}},
}


async def run(ground: Ground) -> list[Row]:
    """Each is noticed in the last look before the run."""
    seen = "nothing was done, and the record says why"
    return [
        await ground.each(RULES, [*CHANGES.items()], _rules, seen),
        await ground.each(STANDING, [("revoked", None)], _standing, seen),
        await ground.each(SWITCH, [("stopped", None)], _switch, f"{seen}; after `go` it is offered again"),
    ]


async def _rules(trial: Trial, change: Mapping[str, Any]) -> list[str]:
    await trial.steward().approved(ADA)
    await trial.steward(Setup(over=change)).steps("execute")
    return await trial.problems(0, "nothing was done")


async def _standing(trial: Trial, _: None) -> list[str]:
    """Given with the first action; it then approves the next one, and is revoked before that one runs."""
    steward = trial.steward()
    given = await steward.click(await steward.offered(), ADA, "stand")
    await steward.steps("execute", "verify")
    await trial.heal()
    await trial.target.settled()
    await steward.steps("verify")
    await trial.open()
    await steward.steps("offer", "stand")
    async with steward.store.read() as unit:
        (standing,) = await unit.standings.valid()
        claimed = len(await unit.ledger.queued())
    revoked = await steward.bot.desk.click(Click("revoke", BEN, "revoke", standing.id, ""))
    await steward.steps("execute")
    found = [] if claimed == 1 else [f"{claimed} claims in the name of the standing approval"]
    return [*accepted(given), *accepted(revoked), *found, *await trial.problems(1, "standing approval was revoked")]


async def _switch(trial: Trial, _: None) -> list[str]:
    steward = trial.steward()
    await steward.approved(ADA)
    stopped = await steward.bot.desk.click(Click("stop", BEN, "stop", "actions", ""))
    await steward.steps("execute")
    found = [*accepted(stopped), *await trial.problems(0, "all actions are stopped by Ben")]
    gone = await steward.bot.desk.click(Click("go", BEN, "go", "actions", ""))
    await steward.approved(ADA)
    await steward.steps("execute")
    return [*found, *accepted(gone), *await trial.problems(1, "all actions are stopped by Ben")]
