"""The parts of the demo that need no sandbox; tests/flow/test_demo.py runs it as a whole."""

import argparse
import asyncio
import re
import socket
from pathlib import Path

import pytest

from bot.commands.demo import Story, Teller, _port, port_number
from bot.commands.visitor import Visitor
from bot.store.store import SqlStore
from demo.sandbox import Sandbox
from demo.scenarios import SCENARIOS
from tests import builders as make
from tests import stories
from tests.builders import T
from tests.unit.bot.conftest import Steward, one_line


class Clicker(Visitor):
    """Clicks without a page."""

    def __init__(self) -> None:
        self.clicks: list[tuple[str, str]] = []

    async def approve(self, proposal_id: str, digest: str) -> str:
        self.clicks.append((proposal_id, digest))
        return "Approved"


def story(store: SqlStore, folder: Path, scenario: str = "bad-deploy", visitor: Visitor | None = None) -> Story:
    return Story(Sandbox(folder, SCENARIOS[scenario]), store, Teller(), visitor, asyncio.Event())


@pytest.mark.parametrize("text", ["0", "1", "8484", "65535"])
def test_a_port(text: str) -> None:
    assert port_number(text) == int(text)


@pytest.mark.parametrize("text", ["65536", "-1", "", "x", "1.5", "²"])
def test_what_is_no_port(steward: Steward, text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no port: 0 to 65535"):
        port_number(text)
    ran = steward("demo", f"--port={text}")
    assert (ran.status, ran.out) == (2, "")
    assert one_line(ran.err, "steward demo").startswith(f"argument --port: {text!r} is no port: 0 to 65535")


def test_a_scenario_that_there_is_not_names_those_that_there_are(steward: Steward) -> None:
    ran = steward("demo", "--scenario", "meteor")
    assert ran.status == 2
    line = one_line(ran.err, "steward demo")
    assert line.startswith("argument --scenario: invalid choice: 'meteor' (choose from ")
    assert all(name in line for name in SCENARIOS)


def test_the_wanted_port_or_a_free_one_when_it_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        free = _port(taken)
        assert free not in {0, taken}
    assert _port(free) == free


def test_what_is_told_has_its_time_and_is_inert(capsys: pytest.CaptureFixture[str]) -> None:
    Teller().say("one\x1b[2J\ntwo")
    assert re.fullmatch(r" +\d+\.\d s  one \[2J two\n", capsys.readouterr().out)


async def test_each_fact_is_told_once_and_what_is_offered_is_approved(
    store: SqlStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await stories.write(store, make.dossier(), [])
    clicker = Clicker()
    told = story(store, tmp_path, visitor=clicker)
    await told._look()
    dossier = await told._look()
    assert dossier is not None
    assert dossier.incident.id == "3f2a9c01d4e7"
    assert clicker.clicks[0] == ("p1", make.proposal().digest)
    assert capsys.readouterr().out.count("Opened: payments: errors 34%, normally 0%") == 1


async def test_without_a_visitor_nobody_clicks(store: SqlStore, tmp_path: Path) -> None:
    assert await story(store, tmp_path)._look() is None
    await stories.write(store, make.dossier(), [])
    dossier = await story(store, tmp_path)._look()
    assert dossier is not None
    assert dossier.proposals[0].state == "pending"


@pytest.mark.parametrize(
    ("result", "scenario", "status"),
    [
        ("recovered", "bad-deploy", 0),
        ("recovered", "memory-leak", 1),
        ("not_recovered", "bad-deploy", 1),
        ("worse", "bad-deploy", 1),
    ],
)
async def test_only_the_right_cure_that_helped_is_a_good_end(
    store: SqlStore, tmp_path: Path, capsys: pytest.CaptureFixture[str], result: str, scenario: str, status: int
) -> None:
    approved = make.event("approved", "Approved by Owner (Web)", at=T + 90)
    done = make.dossier(outcomes=(make.outcome(result=result),), events=(make.event(), approved))
    assert story(store, tmp_path, scenario)._end(done) == status
    assert "rollback of payments; " in (out := capsys.readouterr().out)
    assert "64.0 s from the click to the verified outcome" in out


@pytest.mark.parametrize(
    ("scenario", "reported", "status", "words"),
    [
        ("quiet", False, 0, "nothing was wrong, and nothing was reported"),
        ("quiet", True, 1, "not as it should be: reported: payments: errors"),
        ("bad-deploy", False, 1, "not as it should be: nothing was noticed; see steward incidents -c "),
        ("bad-deploy", True, 1, "not as it should be: reported: payments: errors"),
    ],
)
async def test_how_a_run_ends_whose_time_is_over(
    store: SqlStore,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    scenario: str,
    reported: bool,
    status: int,
    words: str,
) -> None:
    assert story(store, tmp_path, scenario)._over(make.dossier() if reported else None) == status
    assert words in capsys.readouterr().out


async def test_a_demo_that_is_stopped_in_its_calm_breaks_nothing(store: SqlStore, tmp_path: Path) -> None:
    stop = asyncio.Event()
    stop.set()
    sandbox = Sandbox(tmp_path / "shop", SCENARIOS["bad-deploy"])
    assert await Story(sandbox, store, Teller(), None, stop).run() == 0
    assert not (tmp_path / "shop").exists()
