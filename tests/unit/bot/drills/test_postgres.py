import shutil
from pathlib import Path

import pytest

from bot.domain.errors import StewardError
from bot.drills import postgres


def test_a_program_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres.__dict__, "PLACES", ("/nowhere/*/bin",))
    with pytest.raises(StewardError, match="PostgreSQL is not installed here: apt-get install postgresql"):
        postgres.Server()


def test_the_newest_server_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9", "15", "14"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
    monkeypatch.setitem(postgres.__dict__, "PLACES", (f"{tmp_path}/*/bin",))
    assert postgres._programs() == tmp_path / "15" / "bin"
    shutil.rmtree(tmp_path / "15")
    assert postgres._programs() == tmp_path / "14" / "bin"
