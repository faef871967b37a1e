"""Ground that drills can stand on without processes."""

import shutil
from pathlib import Path

import pytest

from bot.drills.bases import SqliteBase
from bot.drills.ground import Ground
from bot.drills.sandbox import Target
from tests.unit.bot.drills.paper import Haunted, Paper, quietly


def ground_of(target: Target, folder: Path, migrated: Path) -> Ground:
    shutil.copy(migrated, folder / "first.db")
    return Ground(target, SqliteBase(folder), quietly)


@pytest.fixture
def ground(tmp_path: Path, migrated: Path) -> Ground:
    return ground_of(Paper(tmp_path / "target"), tmp_path, migrated)


@pytest.fixture
def haunted(tmp_path: Path, migrated: Path) -> Ground:
    return ground_of(Haunted(tmp_path / "target"), tmp_path, migrated)
