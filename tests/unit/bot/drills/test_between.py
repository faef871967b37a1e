import pytest

from bot.config.policy import policy
from bot.drills import between
from bot.drills.ground import Ground
from bot.drills.place import Place
from tests.unit.bot.drills.paper import holds


@pytest.mark.parametrize("name", between.CHANGES)
def test_each_change_of_the_rules_is_one(name: str) -> None:
    place = Place("/srv/target", "sqlite:////srv/steward.db")
    assert policy(place.config(between.CHANGES[name])) != policy(place.config({}))


@pytest.mark.slow
async def test_it_holds(ground: Ground) -> None:
    await holds(between.run, ground)
