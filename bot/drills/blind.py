"""The source that the verdict needs is down: then nobody can say, and nobody does."""

from dataclasses import replace

from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.steward import Setup
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "the source needed to verify is down"


async def run(ground: Ground) -> list[Row]:
    """The series of the incident gives no sample after the action."""
    return [await ground.each(FAULT, [("no samples", None)], _verify, "the verdict is unclear, never recovered")]


async def _verify(trial: Trial, _: None) -> list[str]:
    steward = trial.steward(Setup(over={"incidents": {"verify_for": "0s"}}))
    proposal = await steward.offered()
    async with steward.store.unit() as unit:
        incident = await unit.incidents.get(proposal.incident_id)
        assert incident is not None
        seen = {key: replace(signal, kind="metric", firing=False) for key, signal in incident.signals.items()}
        firing = {key: replace(signal, firing=True) for key, signal in seen.items()}
        await unit.incidents.save(replace(incident, signals=firing))
    await steward.click(proposal, ADA)
    await steward.steps("execute")
    await trial.target.settled()
    async with steward.store.unit() as unit:
        incident = await unit.incidents.get(proposal.incident_id)
        assert incident is not None
        await unit.incidents.save(replace(incident, signals=seen))
    await steward.steps("verify")
    (dossier,) = (await trial.record()).dossiers
    results = [one.result for one in dossier.outcomes]
    found = [] if results == ["unclear"] else [f"the verdict is {results or 'none'}"]
    return [*found, *await trial.problems(1)]
