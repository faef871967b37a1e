import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.store.store import SqlStore


def filled(store: SqlStore, rows: int = 3) -> None:
    async def fill() -> None:
        for number in range(rows):
            async with store.unit() as unit:
                await unit.audit.record("slack:U1", "approve", f"p{number}", words="yes")
        await store.close()

    asyncio.run(fill())


def steward(folder: Path, *words: str) -> int:
    return main(["audit", *words, "-c", str(folder / "steward.yaml")])


def test_a_whole_chain_holds(folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    filled(own_store)
    assert steward(folder, "verify") == 0
    assert capsys.readouterr().out.startswith("the audit chain holds: 3 rows, head ")


def test_a_changed_row_is_named(folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    filled(own_store)
    with sqlite3.connect(folder / "steward.db") as database:
        database.execute("UPDATE audit SET actor = 'slack:U2' WHERE seq = 2")
    database.close()
    assert steward(folder, "verify") == 1
    assert "broken: row 2 does not fit its hash" in capsys.readouterr().err


def test_the_chain_is_written_as_json_lines(
    folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(own_store)
    assert steward(folder, "export") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert rows[0]["detail"] == {"words": "yes"}


def test_what_to_do_must_be_said(folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        steward(folder)
    assert ended.value.code == 2
