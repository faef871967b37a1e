from pathlib import Path

import pytest

from bot.store.store import SqlStore
from tests.unit.bot.commands.test_common import marked
from tests.unit.bot.conftest import Steward, one_line


def test_a_new_store_gets_its_tables_and_a_second_time_changes_nothing(steward: Steward, folder: Path) -> None:
    first, second = steward("migrate"), steward("migrate")
    assert (first.status, first.err) == (0, "")
    assert first.out.startswith("the store is at version 0")
    assert second == first
    assert steward("incidents").out == "no incident so far\n"


def test_a_newer_store_is_left_as_it_is(steward: Steward, folder: Path, own_store: SqlStore) -> None:
    marked(folder / "steward.db", "9999")
    before = (folder / "steward.db").read_bytes()
    ran = steward("migrate")
    assert (ran.status, ran.out) == (1, "")
    assert "was made by a newer version of Steward: run that version" in one_line(ran.err, "steward migrate")
    assert (folder / "steward.db").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "words"), [(None, "unable to open database file"), (b"this is no database\n" * 99, "not a database")]
)
def test_a_store_that_cannot_be_used_is_one_line(
    steward: Steward, folder: Path, content: bytes | None, words: str
) -> None:
    path = folder / "steward.db"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    ran = steward("migrate")
    assert (ran.status, ran.out) == (1, "")
    assert words in one_line(ran.err, "steward migrate")


def test_a_database_that_is_not_there_is_one_line_without_its_password(steward: Steward, folder: Path) -> None:
    text = (folder / "steward.yaml").read_text().split("\n", 1)[1]
    (folder / "steward.yaml").write_text(f"store: postgresql://steward:geheim@127.0.0.1:1/steward\n{text}")
    ran = steward("migrate")
    assert ran.status == 1
    assert "geheim" not in ran.err
    assert "127.0.0.1:1" in one_line(ran.err, "steward migrate")
