import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.drills import corrupt
from bot.drills.bases import PostgresBase
from bot.drills.ground import Ground
from tests.unit.bot.drills.paper import breaks, holds


def database(path: Path) -> bytes:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE one (text TEXT)")
        connection.execute("INSERT INTO one VALUES ('a row')")
    connection.close()
    return path.read_bytes()


def test_the_same_seed_flips_the_same_bytes_behind_the_header(tmp_path: Path) -> None:
    broken, whole = [], b""
    for name in ("a.db", "b.db"):
        whole = database(tmp_path / name)
        corrupt.flip(tmp_path / name, 20, random.Random(7))
        broken.append((tmp_path / name).read_bytes())
    assert broken[0] == broken[1]
    assert broken[0][:24] == whole[:24]
    assert 0 < sum(one != other for one, other in zip(broken[0], whole, strict=True)) <= 20


async def test_the_files_of_a_server_are_left_alone(ground: Ground) -> None:
    (row,) = await corrupt.run(replace(ground, base=PostgresBase("postgresql://x@127.0.0.1/x")))
    assert row.seen.startswith("not tried: ")


@pytest.mark.slow
async def test_it_holds(ground: Ground) -> None:
    await holds(corrupt.run, ground)


@pytest.mark.slow
async def test_an_effect_that_nobody_ordered_is_noticed(haunted: Ground) -> None:
    await breaks(corrupt.run, haunted)
