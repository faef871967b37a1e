from bot.drills import blind
from bot.drills.ground import Ground
from tests.unit.bot.drills.paper import holds


async def test_it_holds(ground: Ground) -> None:
    await holds(blind.run, ground)
