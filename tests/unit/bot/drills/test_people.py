from bot.drills import people
from bot.drills.ground import Ground
from tests.unit.bot.drills.paper import holds


async def test_it_holds(ground: Ground) -> None:
    await holds(people.run, ground)
