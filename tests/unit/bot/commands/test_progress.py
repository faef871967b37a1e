import io
import sys

import pytest

from bot.commands.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_a_line_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("replaying")
    for done in range(1001):
        progress(done / 1000)
    progress(1.0)
    assert capsys.readouterr().err.splitlines() == [
        f"replaying {tenth}0%" if tenth else "replaying 0%" for tenth in range(11)
    ]


def test_a_terminal_gets_a_bar_in_place() -> None:
    before, sys.stderr = sys.stderr, (terminal := Terminal())
    try:
        progress = Progress("replaying")
        for share in (0.0, 0.5, 0.501, 1.0, 1.0, 2.0):
            progress(share)
    finally:
        sys.stderr = before
    shown = terminal.getvalue()
    assert shown.count("\r") == 3
    assert f"[{'#' * 15}{'.' * 15}]  50%" in shown
    assert shown.endswith("100%\n")
    assert shown.count("\n") == 1
