import sys
from pathlib import Path

import pytest

from actions.manifest import Manifest, Release
from demo.child import COULD_NOT_START, Child, start
from tests.unit.demo.support import listens, stub


def manifest(release: Release) -> Manifest:
    return Manifest(service="payments", replicas=1, revision=release.name, revisions=(release,))


def child() -> Child:
    return Child("payments", 0, Release("v1", ()), 0.0, 9101, 100.0, None)


async def test_it_starts_is_ready_and_ends_when_asked(tmp_path: Path) -> None:
    new = await start(manifest(stub("v1")), 0, tmp_path / "log")

    assert await new.until_ready_or_gone()
    assert listens(new.port)
    await new.end()
    assert await new.until_gone() == -15
    assert not listens(new.port)
    await new.end()


async def test_one_that_exits_before_it_is_ready_is_gone_and_its_words_are_in_the_log(tmp_path: Path) -> None:
    release = Release("v1", (sys.executable, "-c", "import os; print(os.environ['WORD']); exit(4)"), {"WORD": "no key"})
    log = tmp_path / "log"
    log.write_text("earlier\n")

    new = await start(manifest(release), 0, log)

    assert not await new.until_ready_or_gone()
    assert await new.until_gone() == 4
    assert log.read_text() == "earlier\nno key\n"


@pytest.mark.parametrize("command", [("/nowhere/at-all",), ()])
async def test_a_command_that_cannot_start_counts_as_exited(tmp_path: Path, command: tuple[str, ...]) -> None:
    new = await start(manifest(Release("v1", command)), 0, tmp_path / "log")

    assert not await new.until_ready_or_gone()
    assert await new.until_gone() == COULD_NOT_START
    assert "cannot start payments-0" in (tmp_path / "log").read_text()


def test_crashes_in_a_row_add_up_over_its_successors() -> None:
    first = child()
    first.crashed(1, 101.0)
    assert first.problem(101.0) == "Crashed: payments-0 (v1) exited with code 1"
    assert first.replica.retry_at == 102.0

    second = child()
    second.continues(first)
    second.crashed(1, 103.0)

    assert second.restarts == 1
    assert second.problem(103.0) == "CrashLoopBackOff: payments-0 (v1) exited 2 times, last with code 1"
    assert second.replica.retry_at == 105.0


def test_a_problem_is_over_when_it_has_been_ready_for_a_while() -> None:
    crashed, new = child(), child()
    crashed.crashed(1, 99.0)
    new.continues(crashed)
    new.phase = "ready"

    assert new.problem(105.0)
    assert not new.problem(111.0)
    new.crashed(1, 111.0)
    assert new.crashes == 1
