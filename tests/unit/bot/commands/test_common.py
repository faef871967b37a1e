import argparse
import logging
import sqlite3
from pathlib import Path

import pytest

from bot.commands.common import SECRET_NAMES, opened, read
from bot.domain.errors import ConfigError, StoreError
from bot.store.store import SqlStore
from tests.unit.bot.conftest import Steward, one_line


def arguments(path: Path) -> argparse.Namespace:
    return argparse.Namespace(config=path, log_level="info")


def test_reading_gives_the_settings(folder: Path) -> None:
    config, _ = read(arguments(folder / "steward.yaml"))
    assert config.settings.sources[0].name == "logs"
    with pytest.raises(ConfigError, match=r"none\.yaml does not exist"):
        read(arguments(folder / "none.yaml"))


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_from_then_on_no_log_line_holds_a_secret(
    folder: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "token").write_text("s3cret-t0ken\n")
    monkeypatch.setenv(f"{name}_FILE", str(folder / "token"))
    read(arguments(folder / "steward.yaml"))
    logging.getLogger("bot.test").warning("refused: Bearer s3cret-t0ken")
    assert capsys.readouterr().err.endswith("WARNING bot.test: refused: Bearer ***\n")


async def test_a_store_at_this_version_is_opened(folder: Path, own_store: SqlStore) -> None:
    config, _ = read(arguments(folder / "steward.yaml"))
    async with opened(config) as store, store.read() as unit:
        assert await unit.incidents.recent(1) == []
    await own_store.close()


async def test_a_store_without_tables_says_what_to_run(folder: Path) -> None:
    config, _ = read(arguments(folder / "steward.yaml"))
    with pytest.raises(StoreError, match=r"the store has no tables yet, .*: run `steward migrate`$"):
        async with opened(config):
            pass


@pytest.mark.parametrize(
    ("version", "mend"), [("0000", "run `steward migrate`"), ("9999", "run the newer program")], ids=["older", "newer"]
)
@pytest.mark.parametrize("command", ["incidents", "digest"])
def test_a_store_of_another_version_is_not_read(
    steward: Steward, folder: Path, own_store: SqlStore, version: str, mend: str, command: str
) -> None:
    marked(folder / "steward.db", version)
    ran = steward(command)
    assert (ran.status, ran.out) == (1, "")
    line = one_line(ran.err, f"steward {command}")
    assert line.startswith(f"the store is at version {version}, and this program needs ")
    assert line.endswith(f": {mend}")


def marked(path: Path, version: str) -> None:
    """Makes the store one of another version."""
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", [version])
    database.close()
