from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.store import codec
from bot.store.store import SqlStore
from bot.store.tables import standings
from tests import builders as make
from tests.builders import T


async def test_a_row_says_in_columns_what_changes_and_in_its_body_what_was_given(store: SqlStore) -> None:
    one = make.standing(used=1)
    async with store.unit() as unit:
        await unit.standings.give(one)
        assert await unit.standings.use("s1")
        assert await unit.standings.end("s1", "revoked by Ada (Slack)")
        row = (await unit._connection.execute(select(standings))).one()
        found = await unit.standings.get("s1")
    assert (row.used, row.ended, row.until) == (2, "revoked by Ada (Slack)", T + 3600)
    assert codec.load(type(one), row.body) == one
    assert found is not None
    assert (found.used, found.ended, found.target) == (2, "revoked by Ada (Slack)", one.target)


@pytest.mark.parametrize("options", [{}, {"host": "a", "ports": ("1", "2")}], ids=["none", "a list among them"])
async def test_a_target_comes_back_as_it_was(store: SqlStore, options: dict[str, str | tuple[str, ...]]) -> None:
    """Else it would cover nothing: targets are compared."""
    target = replace(make.standing().target, options=options)
    async with store.unit() as unit:
        await unit.standings.give(make.standing(target=target))
        (found,) = await unit.standings.valid()
    assert found.target == target
