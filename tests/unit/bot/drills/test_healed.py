from bot.drills import healed
from bot.drills.ground import Ground
from tests.unit.bot.drills.paper import breaks, holds


async def test_it_holds(ground: Ground) -> None:
    await holds(healed.run, ground)


async def test_an_effect_that_nobody_ordered_is_noticed(haunted: Ground) -> None:
    await breaks(healed.run, haunted)
