import pytest

from bot.domain.errors import StewardError
from bot.drills.conduct import Wish, conduct, server
from tests.unit.bot.drills.paper import quietly


async def test_sqlite_needs_no_server() -> None:
    async with server("") as own:
        assert own is None


async def test_a_store_that_cannot_be_had_is_one_line() -> None:
    with pytest.raises(StewardError, match="make databases of their own"):
        await conduct(Wish(["healed"], "postgresql://x@127.0.0.1:1/x"), quietly)
