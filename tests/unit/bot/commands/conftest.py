"""A folder with a config and a store."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.domain.dossier import Dossier
from bot.store.store import SqlStore
from tests import stories
from tests.fakes.clock import FakeClock

CONFIG = """\
store: sqlite:///{folder}/steward.db
sources: [{{name: logs, kind: files, paths: ["{folder}/*.log"]}}]
chat: {{web: {{listen: "127.0.0.1:0"}}}}
digest: {{timezone: Europe/Berlin}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder with `steward.yaml` and a readable log, and no store yet."""
    (tmp_path / "steward.yaml").write_text(CONFIG.format(folder=tmp_path))
    (tmp_path / "checkout.log").write_text("all is well\n")
    return tmp_path


@pytest.fixture
def own_store(folder: Path, migrated: Path, clock: FakeClock) -> SqlStore:
    """The config's store, at this version."""
    shutil.copy(migrated, folder / "steward.db")
    return SqlStore(f"sqlite:///{folder}/steward.db", clock.now)


def write(store: SqlStore, *dossiers: Dossier) -> None:
    """Puts incidents into the store, and closes it."""

    async def written() -> None:
        for dossier in dossiers:
            await stories.write(store, dossier, [])
        await store.close()

    asyncio.run(written())
