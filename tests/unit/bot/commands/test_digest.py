import time
from pathlib import Path

import pytest

from bot.store.store import SqlStore
from tests import builders as make
from tests import stories
from tests.builders import T
from tests.unit.bot.commands.conftest import write
from tests.unit.bot.conftest import Steward


@pytest.fixture
def today(folder: Path, own_store: SqlStore) -> SqlStore:
    """The config's store, on the real clock."""
    return SqlStore(f"sqlite:///{folder}/steward.db")


def test_a_quiet_day(steward: Steward, own_store: SqlStore) -> None:
    ran = steward("digest")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "Digest: a quiet day, nothing to report\n"


def test_what_happened_in_the_last_day(steward: Steward, today: SqlStore) -> None:
    now = time.time()
    write(today, *(stories.moved(one, now - T - 8_000) for one in (stories.leak(), stories.noise())))
    write(today, stories.moved(stories.bad_deploy()[0], now - T))
    ran = steward("digest")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Digest: 3 incidents in 24 h, 2 still open\n")
    assert "  restart of catalog: recovered after 60 s\n" in ran.out
    assert "  2 proposals waiting for a decision\n" in ran.out


def test_a_hostile_title_is_inert_on_the_terminal(steward: Steward, today: SqlStore) -> None:
    incident = make.incident(title="\x1b[2Jgone\u202e\nDigest: all is well")
    write(today, stories.moved(make.dossier(incident), time.time() - T))
    out = steward("digest").out
    assert "3f2a9c01d4e7  [2Jgone Digest: all is well" in out
    assert all(line.isprintable() for line in out.splitlines())
