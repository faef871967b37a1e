from dataclasses import replace

import pytest

from bot.drills import full
from bot.drills.bases import PostgresBase
from bot.drills.ground import Ground
from tests.unit.bot.drills.paper import holds


async def test_the_disk_of_a_server_is_left_alone(ground: Ground) -> None:
    (row,) = await full.run(replace(ground, base=PostgresBase("postgresql://x@127.0.0.1/x")))
    assert (row.tried, row.seen) == (0, "not tried: the disk of PostgreSQL is not the drill's to fill")


@pytest.mark.slow
async def test_it_holds(ground: Ground) -> None:
    await holds(full.run, ground)
