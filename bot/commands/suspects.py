"""`steward suspects`: ranks the causes of one case that lies in a folder of files."""

import argparse
import json
from pathlib import Path

from bot.commands.case_clues import clues
from bot.commands.case_files import Case, read
from bot.commands.case_series import seen
from bot.domain.errors import UsageError
from bot.domain.ranking import Ranked, rank

EXAMPLE = "steward suspects incident-17/ --top 3"

TOP = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case and how many suspects are wanted."""
    parser.add_argument("case", type=Path, metavar="CASE_DIR", help="a folder with metrics.csv and case.yaml")
    parser.add_argument(
        "--top", type=int, default=TOP, metavar="K", help="how many suspects, at the most (%(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints the suspects as JSON, best first."""
    if arguments.top < 1:
        raise UsageError(f"--top {arguments.top}: ask for one suspect or more")
    print(
        json.dumps([_told(one) for one in ranked(read(arguments.case))[: arguments.top]], indent=1, ensure_ascii=False)
    )
    return 0


def ranked(case: Case) -> tuple[Ranked, ...]:
    """All services of a case, best first."""
    return rank(seen(case.metrics, case.start, case.symptom), clues(case), case.topology)


def _told(one: Ranked) -> dict[str, object]:
    return {
        "service": one.service,
        "metric": one.metric or None,
        "score": round(one.score, 4),
        "evidence": list(one.evidence),
    }
