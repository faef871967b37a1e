from bot.drills.fate import Points
from bot.drills.ground import Ground
from bot.drills.steward import Setup
from bot.drills.story import Story
from bot.store.store import SqlStore


async def test_a_calm_story_goes_from_the_offer_to_the_lesson(ground: Ground) -> None:
    async with ground.trial() as trial:
        await trial.open()
        points, stage = Points(), SqlStore(trial.place.store)
        story = Story(trial.steward(Setup(points)), points, trial.target, stage)
        await story.play()
        await stage.close()
        (answers,) = story.answers.values()
        assert answers == ["approved by Ada (Slack)"] * 2
        assert [name for name in points.names if "effect" in name] == [
            "execute, before effect",
            "execute, after effect",
        ]
        assert {"offer", "click", "execute", "verify", "learn"} <= {name.partition(",")[0] for name in points.names}
        assert await trial.problems(1) == []
        (dossier,) = (await trial.record()).dossiers
        assert dossier.incident.state == "resolved"
