"""The kill matrix and the clicks on PostgreSQL, and what only a server of one's own can show."""

import pytest

from bot.drills import clicks, kill, pause, restart
from bot.drills.conduct import Wish, conduct
from tests.real import postgres
from tests.real.need import need

pytestmark = pytest.mark.real


def quietly(fault: str, done: int, total: int) -> None:
    """Nobody looks on."""


async def test_killed_paused_and_raced_on_postgresql(postgres_server: str) -> None:
    rows = await conduct(Wish(["kill", "pause", "clicks"], postgres_server), quietly)
    assert [(row.fault, row.held) for row in rows] == [(kill.FAULT, 38), (pause.FAULT, 6), (clicks.FAULT, 40)], rows


async def test_a_server_of_its_own_is_restarted_in_the_middle() -> None:
    need(postgres.binaries(), postgres.WANTED)
    (row,) = await conduct(Wish(["restart"], "postgresql"), quietly)
    assert (row.fault, row.tried, row.held) == (restart.FAULT, 6, 6), row
