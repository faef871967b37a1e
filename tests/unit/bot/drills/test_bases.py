import asyncio
import shutil
from pathlib import Path

import pytest

from bot.domain.errors import StewardError
from bot.drills.bases import PostgresBase, SqliteBase, base
from bot.store import migrate


async def test_each_store_is_a_fresh_copy_and_goes_away(tmp_path: Path, migrated: Path) -> None:
    shutil.copy(migrated, tmp_path / "first.db")
    stores = SqliteBase(tmp_path)
    one, other = await stores.make(), await stores.make()
    assert one != other
    at, wanted = await migrate.version(one)
    assert at == wanted
    await stores.drop(one)
    await stores.drop(other)
    left = await asyncio.to_thread(lambda: [path.name for path in tmp_path.iterdir()])
    assert left == ["first.db"]


async def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    stores = base("postgresql://x:secret@127.0.0.1:1/x", tmp_path)
    assert isinstance(stores, PostgresBase)
    with pytest.raises(StewardError, match=r"make databases of their own on postgresql://x:\*\*\*@") as error:
        await stores.prepare()
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)
