"""How far a long command is: a bar on a terminal, else a line each tenth."""

import sys

BAR = 30


class Progress:
    """Says on standard error how much is done, in words for `what`."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = -1

    def __call__(self, share: float) -> None:
        """`share`: 0..1; what was said already is not said again."""
        percent = int(100 * min(max(share, 0.0), 1.0))
        if sys.stderr.isatty():
            if percent != self._shown:
                full = BAR * percent // 100
                end = "\n" if percent == 100 else ""
                sys.stderr.write(f"\r{self._what} [{'#' * full}{'.' * (BAR - full)}] {percent:3}%{end}")
        elif percent // 10 != self._shown // 10:
            sys.stderr.write(f"{self._what} {percent // 10 * 10}%\n")
        self._shown = max(percent, self._shown)
        sys.stderr.flush()
