from bot.drills.ground import Ground
from bot.drills.place import ADA


async def test_what_was_done_is_read_from_the_target(ground: Ground) -> None:
    async with ground.trial() as trial:
        await trial.open()
        steward = trial.steward()
        await steward.approved(ADA)
        assert await trial.states() == ["queued"]
        await steward.steps("execute")
        assert (trial.effects, await trial.states()) == (1, ["done"])
        assert await trial.problems(1) == []
        assert await trial.problems(0) == ["1 effects on the target instead of 0"]
        assert await trial.problems(1, "expired") == ["runs that failed: none"]


async def test_healed_means_that_nothing_fires(ground: Ground) -> None:
    async with ground.trial() as trial:
        await trial.open()
        await trial.heal()
        (dossier,) = (await trial.record()).dossiers
        assert not dossier.incident.firing
