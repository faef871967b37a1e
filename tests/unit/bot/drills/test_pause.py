import json
from dataclasses import replace

import pytest

from bot.domain.audit import Entry
from bot.drills import pause
from bot.drills.checks import Deeds, Record
from bot.drills.conduct import Wish, conduct
from tests import builders as make
from tests.builders import POLICY, T
from tests.unit.bot.drills.paper import quietly


@pytest.mark.parametrize(("fence", "wrong"), [(2, []), (1, ["an end was written with fence 1 of 2"])])
def test_an_end_by_an_owner_that_lost_its_run_is_noticed(fence: int, wrong: list[str]) -> None:
    row = Entry(1, T, "steward", "done", "x1", json.dumps({"fence": fence, "error": ""}))
    dossier = replace(make.dossier(), executions=(make.execution(fence=2),))
    assert pause.stale(Record((dossier,), (row,), Deeds(1, 1, frozenset({"x1"})), POLICY)) == wrong


@pytest.mark.slow
async def test_it_holds_on_real_processes() -> None:
    rows = await conduct(Wish(["pause"]), quietly)
    assert [(row.fault, row.tried, row.held) for row in rows] == [(pause.FAULT, 6, 6)]
