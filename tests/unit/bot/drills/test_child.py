import pytest

from bot.drills.child import Child
from bot.drills.ground import Ground
from bot.drills.place import ADA

CALM = {"at": None, "signal": 9, "hang": "", "ahead": 0.0}


async def test_it_clicks_and_runs_as_it_is_told(ground: Ground) -> None:
    async with ground.trial() as trial:
        await trial.open()
        proposal = await trial.steward().offered()
        child = Child({"folder": trial.place.folder, "store": trial.place.store, **CALM})
        order = {"person": [ADA.surface, ADA.id, ADA.name], "proposal": proposal.id, "digest": proposal.digest[:32]}
        answers = await child.obey({"do": "clicks", "times": 3, **order})
        assert sorted(accepted for _, accepted in answers) == [False, False, True]
        assert await child.obey({"do": "steps", "names": ["execute"]}) == 1
        with pytest.raises(ValueError, match="there is no order 'dance'"):
            await child.obey({"do": "dance"})
        await child.close()
        assert trial.effects == 1
