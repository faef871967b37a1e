"""The parts of the command that need no sandbox; tests/flow/test_drill.py runs it as a whole."""

import argparse

import pytest

from bot.commands.drill import Progress, positive
from tests.unit.bot.conftest import Steward, one_line


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "10001"])
def test_times_are_a_number(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no number of times: 1 to 10000"):
        positive(text)


def test_times() -> None:
    assert positive("40") == 40


@pytest.mark.parametrize(
    ("name", "hint"),
    [("klil", "did you mean kill?"), ("zzz", "there are kill, pause, clicks, ")],
)
def test_a_drill_that_is_not_there_is_bad_use(steward: Steward, name: str, hint: str) -> None:
    ran = steward("drill", name)
    assert (ran.status, ran.out) == (2, "")
    assert one_line(ran.err, "steward drill").startswith(f"there is no drill '{name}': {hint}")


def test_a_store_that_is_none_is_one_line(steward: Steward) -> None:
    ran = steward("drill", "healed", "--store", "mysql://x/y")
    assert (ran.status, ran.out) == (1, "")
    assert "mysql is not supported" in one_line(ran.err, "steward drill")


def test_progress_on_a_file_is_a_line_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(live=False)
    for done in range(3):
        progress("two clicks", done, 2)
    progress.clear()
    assert capsys.readouterr().err == "two clicks: 2 of 2\n"


def test_progress_on_a_terminal_is_one_line_that_changes(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(live=True)
    progress("two clicks", 0, 2)
    progress("two clicks", 1, 2)
    progress.clear()
    assert capsys.readouterr().err == "\r\x1b[Ktwo clicks: 0 of 2\r\x1b[Ktwo clicks: 1 of 2\r\x1b[K"
