import shutil
from pathlib import Path

import pytest

from bot.domain.errors import StewardError
from bot.drills.postgres import programs


def test_a_server_that_is_not_installed_is_one_line() -> None:
    with pytest.raises(StewardError, match="PostgreSQL is not installed here: apt-get install postgresql"):
        programs(("/nowhere/*/bin",))


def test_the_newest_server_is_taken(tmp_path: Path) -> None:
    for version in ("9", "15", "14"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
    assert programs((f"{tmp_path}/*/bin",)) == tmp_path / "15" / "bin"
    shutil.rmtree(tmp_path / "15")
    assert programs((f"{tmp_path}/*/bin",)) == tmp_path / "14" / "bin"
