import pytest

from bot.drills import pause
from bot.drills.conduct import Wish, conduct
from tests.unit.bot.drills.paper import quietly


@pytest.mark.slow
async def test_it_holds_on_real_processes() -> None:
    rows = await conduct(Wish(["pause"]), quietly)
    assert [(row.fault, row.tried, row.held) for row in rows] == [(pause.FAULT, 3, 3)]
