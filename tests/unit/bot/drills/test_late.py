import pytest

from bot.drills import late
from bot.drills.ground import Ground
from tests.unit.bot.drills.paper import holds


@pytest.mark.slow
async def test_it_holds(ground: Ground) -> None:
    await holds(late.run, ground)
