"""`steward drill`: makes the faults that Steward must survive, on a sandbox of its own, and shows what held."""

import argparse
import asyncio
import difflib
import signal
import sys

from bot.domain.errors import StewardError, UsageError
from bot.drills.conduct import Wish, conduct
from bot.drills.registry import DRILLS
from bot.drills.table import Row, render
from bot.runtime.logs import configure

EXAMPLE = "steward drill kill clicks --store postgresql"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which drills, on which store, and how often."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(DRILLS)} (all)")
    parser.add_argument(
        "--store",
        default="",
        metavar="URL",
        help="postgresql: a server of the drills' own, where one is installed; postgresql://USER@HOST/DB: databases of "
        "the drills' own on that server, removed afterwards (SQLite in a temporary folder)",
    )
    parser.add_argument("--times", type=positive, metavar="N", help="try each case N times (1; the clicks 40)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="what chance begins with (%(default)s)")


def positive(text: str) -> int:
    """A number of times as argparse wants it."""
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of times: 1 to 10000")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Runs the drills; exit 0 only if all held."""
    configure("critical" if arguments.log_level == "info" else arguments.log_level)
    for name in arguments.names:
        if name not in DRILLS:
            near = difflib.get_close_matches(name, DRILLS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(DRILLS)}"
            raise UsageError(f"there is no drill {name[:40]!r}: {hint}")
    wish = Wish(arguments.names or [*DRILLS], arguments.store, arguments.times, arguments.seed)
    try:
        rows = asyncio.run(_run(wish))
    except asyncio.CancelledError:
        raise StewardError("stopped before the end; nothing is left behind") from None
    print(render(rows))
    return 0 if all(row.well for row in rows) else 1


async def _run(wish: Wish) -> list[Row]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    progress = Progress(live=sys.stderr.isatty())
    rows = await conduct(wish, progress)
    progress.clear()
    return rows


class Progress:
    """Says which fault is tried, and how far it is: in one line that changes, or on a file one line a fault."""

    def __init__(self, live: bool) -> None:
        self._live = live

    def __call__(self, fault: str, done: int, total: int) -> None:
        """One step further."""
        if self._live:
            sys.stderr.write(f"\r\x1b[K{fault}: {done} of {total}")
        elif done == total:
            sys.stderr.write(f"{fault}: {done} of {total}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leaves an empty line."""
        if self._live:
            sys.stderr.write("\r\x1b[K")
