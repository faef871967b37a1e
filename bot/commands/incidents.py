"""`steward incidents`: reads the store."""

import argparse
import asyncio
from zoneinfo import ZoneInfo

from bot.commands.common import opened, read
from bot.commands.plain import plain, report
from bot.config.load import Config
from bot.domain.errors import StewardError, UsageError
from bot.domain.render import STATE, Renderer
from bot.domain.words import inert, moment

EXAMPLE = "steward incidents export 3f2a > report.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to read."""
    parser.add_argument("what", nargs="?", choices=("list", "show", "export"), default="list")
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="the incident, or the beginning of its id")
    parser.add_argument("--limit", type=_count, default=20, metavar="N", help="how many (20)")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Prints incidents, one incident, or its report in Markdown."""
    config, _ = read(arguments)
    if arguments.what != "list" and not arguments.id:
        raise UsageError(f"incidents {arguments.what} needs an id: `steward incidents` lists them")
    print(asyncio.run(_text(config, arguments.what, arguments.id, arguments.limit)))
    return 0


async def _text(config: Config, what: str, incident_id: str, limit: int) -> str:
    renderer = Renderer(ZoneInfo(config.settings.digest.timezone))
    async with opened(config) as store, store.read() as unit:
        if what == "list":
            recent = await unit.incidents.recent(limit)
            rows = [
                f"{one.id}  {moment(one.opened_at, renderer.zone)}  {STATE[one.state]:<10} {inert(one.title)}"
                for one in recent
            ]
            return "\n".join(rows) or "no incident so far"
        dossier = await unit.incidents.dossier(incident_id)
    if dossier is None:
        raise StewardError(f"no single incident begins with {incident_id!r}: `steward incidents` lists them")
    return report(dossier, renderer) if what == "export" else plain(renderer.incident(dossier))
