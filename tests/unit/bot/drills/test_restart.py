from dataclasses import replace

from bot.drills import restart
from bot.drills.bases import PostgresBase
from bot.drills.ground import Ground


async def test_only_a_server_of_its_own_is_restarted(ground: Ground) -> None:
    (row,) = await restart.run(ground)
    assert row.seen == "not tried: the store is SQLite"
    (row,) = await restart.run(replace(ground, base=PostgresBase("postgresql://x@127.0.0.1/x")))
    assert row.seen == "not tried: the server is not the drills' own: --store postgresql starts one"
