"""The command line: `steward COMMAND`. Each command is a file in `bot.commands`."""

import argparse
import difflib
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module, metadata
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, Protocol, cast

from bot.domain.errors import StewardError, UsageError
from bot.domain.words import inert
from bot.runtime.tasks import last_resort

COMMANDS: Mapping[str, str] = {
    "demo": "the sandbox: a small shop that breaks, and Steward at work on it",
    "init": "write steward.yaml from a few answers or flags",
    "doctor": "check everything that the config names",
    "run": "run the bot",
    "migrate": "bring the store to this version",
    "incidents": "list, show or export incidents",
    "digest": "print today's digest",
    "priors": "what was learned of actions, folded anew from the rows",
    "backtest": "replay history: which incidents would have opened, when and why",
    "detect": "score one series from a CSV file",
    "suspects": "rank the causes of one case from a folder of files",
    "audit": "check or export the audit chain",
    "templates": "the log templates of a file, a line each",
    "drill": "make the faults that Steward must survive, and show what held",
}

LATER = ("keys", "agent")
"""Commands that are planned; asked for, they say so."""


class Command(Protocol):
    """What a file in `bot.commands` offers."""

    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the command's own arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Does it; gives the exit status."""
        ...


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line with what to do."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with status 2."""
        first = message.splitlines()[0]
        self.exit(2, inert(f"{self.prog}: {first}; see {self.prog} --help") + "\n")


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; gives the exit status: 0 well, 1 failed, 2 bad use."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows `?`
    given = list(sys.argv[1:] if words is None else words)
    name = next((word for word in given if not word.startswith("-")), "")
    if given[:1] in (["-c"], ["--config"]):
        sys.stderr.write("steward: the command comes first: steward COMMAND -c FILE\n")
        return 2
    if name and name not in COMMANDS:
        return _unknown(name)
    arguments = _parser(name).parse_args(given)
    if not name:
        _parser(name).print_help()
        return 2
    try:
        return last_resort(lambda: _flushed(_command(name).run(arguments)))
    except StewardError as error:
        sys.stderr.write(f"steward {name}: {inert(str(error))}\n")
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of a pipe had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _flushed(status: int) -> int:
    """The status, once all that was printed has gone out: a reader of a pipe may have left."""
    sys.stdout.flush()
    return status


def _parser(name: str) -> Parser:
    parser = Parser(prog="steward", description="Watches services, explains incidents, acts only after Approve.")
    parser.add_argument("--version", action="version", version=f"steward {metadata.version('steward')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for one, about in COMMANDS.items():
        if one != name:
            commands.add_parser(one, help=about)
            continue
        command = _command(one)
        own = commands.add_parser(
            one,
            help=about,
            description=about[:1].upper() + about[1:] + ".",
            epilog=f"example: {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        default = Path(os.environ.get("STEWARD_CONFIG") or "steward.yaml")
        own.add_argument("-c", "--config", type=Path, default=default, metavar="FILE", help="the config (%(default)s)")
        own.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
        command.add_arguments(own)
    return parser


def _command(name: str) -> Command:
    return cast("Command", import_module(f"bot.commands.{name}"))


def _unknown(name: str) -> int:
    if name in LATER:
        words = f"'{name}' is not in this version yet"
    else:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        words = f"there is no command '{name[:40]}'" + (f"; did you mean '{near[0]}'?" if near else "")
    sys.stderr.write(f"steward: {inert(words)}; see steward --help\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
