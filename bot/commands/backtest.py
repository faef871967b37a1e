"""`steward backtest`: which incidents watching would have opened in the past."""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import scope
from bot.assembly import sources
from bot.commands import thresholds
from bot.commands.album import Album
from bot.commands.common import read
from bot.commands.history import Asked, History, Table
from bot.commands.progress import Progress
from bot.commands.svg import picture
from bot.config.duration import seconds
from bot.config.model import IncidentSettings
from bot.domain import filing, signals
from bot.domain.charts import Chart
from bot.domain.errors import StewardError, UsageError
from bot.domain.incident import Incident
from bot.domain.noise import Quieter, suggested
from bot.domain.pack import sentence
from bot.domain.signals import Signal
from bot.domain.topology import Topology
from bot.domain.words import duration, inert, moment
from bot.flow.chorus import is_chorus
from bot.flow.replay import Replay
from bot.flow.watch import Scope
from bot.runtime.clock import SystemClock

EXAMPLE = "steward backtest --csv metrics.csv --out incidents.json --charts charts"

NIGHT = (22, 7)
"""The hours, in the digest's time zone, in which a page wakes somebody."""


@dataclass(slots=True)
class Found:
    """What a replay came to. `series`: those that were out, for each incident; times are epoch seconds."""

    incidents: Sequence[Incident]
    series: Mapping[str, Mapping[str, None]]
    charts: Mapping[str, Chart]
    first: float
    last: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to replay, and where to write what was found."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--since", type=_since, metavar="7d", help="so long a time of the config's sources")
    what.add_argument(
        "--csv", type=Path, metavar="FILE", help="timestamp,SERVICE/METRIC,...; needs no config, and reads none"
    )
    parser.add_argument("--out", type=Path, metavar="INCIDENTS.json", help="also write the incidents as JSON")
    parser.add_argument("--write", action="store_true", help="put quieter thresholds under `tuning` in the config")
    parser.add_argument("--charts", type=Path, metavar="DIR", help="also draw a chart an incident, as SVG")


def _since(text: str) -> float:
    try:
        since = seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if since <= 0:
        raise argparse.ArgumentTypeError("nothing to replay: write how long, such as 7d")
    return since


def run(arguments: argparse.Namespace) -> int:
    """Replays, prints and writes."""
    quieter: list[Quieter] = []
    factors: Mapping[str, float] = {}
    if arguments.csv is not None:
        if arguments.write:
            raise UsageError("--write changes the config, which --csv does not read: use --since")
        if arguments.out is not None and arguments.out.resolve() == arguments.csv.resolve():
            raise UsageError(f"--out {arguments.out} is the file to read: name another")
        rules = IncidentSettings()
        known = Scope(filing.Rules(Topology({})), signals.Rules(rules.debounce, rules.clear_after))
        table = Table(arguments.csv, Progress("replaying"), _note)
        found = asyncio.run(replayed(table, known, rules.quiet, arguments.charts is not None))
        names, zone = table.names, ZoneInfo("UTC")
    else:
        config, _ = read(arguments)
        zone, names = ZoneInfo(config.settings.digest.timezone), {}
        found = asyncio.run(_asked(arguments))
        factors = config.settings.tuning
        quieter = suggested(found.incidents, factors)
    for line in [*told(found, zone), *thresholds.told(quieter, factors)]:
        print(inert(line))
    if arguments.write:
        print(inert(thresholds.write(arguments.config, quieter)))
    if arguments.out is not None:
        _write(arguments.out, json.dumps(as_json(found, names), indent=1) + "\n")
    if arguments.charts is not None:
        _draw(arguments.charts, found)
    return 0


async def replayed(history: History, known: Scope, quiet: float, drawn: bool) -> Found:
    """The whole history through the live code."""
    replay = Replay(history.every, known, quiet)
    album = Album(replay) if drawn else None
    series: dict[str, dict[str, None]] = {}
    first = last = 0.0
    async for source, time, pull in history.ticks():
        first, last = first or time, time
        changed = replay.tick(source, time, pull)
        for one in changed:
            series.setdefault(one.id, {}).update(dict.fromkeys(_series(one)))
        if album is not None:
            album.look(changed)
    return Found(replay.incidents, series, album.charts() if album else {}, first, last)


def told(found: Found, zone: tzinfo) -> list[str]:
    """The incidents, a line each, and the summary."""
    lines = []
    for one in found.incidents:
        lasted = duration((one.resolved_at or found.last) - one.opened_at)
        how = lasted if one.resolved_at else f"{lasted}, open still"
        first = sorted(one.signals.values(), key=_onset)[:3]
        why = "; ".join(sentence(replace(signal, value=signal.peak)) for signal in first)
        lines.append(f"{moment(one.opened_at, zone)}  {how:<12}  {why}")
    hours = [datetime.fromtimestamp(one.opened_at, zone).hour for one in found.incidents]
    nights = sum(hour >= NIGHT[0] or hour < NIGHT[1] for hour in hours)
    count, span = len(hours), duration(found.last - found.first)
    if not count:
        return [f"would have paged nobody in {span}"]
    times = "once" if count == 1 else f"{count} times"
    return [*lines, f"would have paged {times} in {span}; {nights} of them at night ({NIGHT[0]}-{NIGHT[1]:02})"]


def as_json(found: Found, names: Mapping[str, str]) -> list[dict[str, object]]:
    """The incidents as data, oldest first."""
    return [
        {
            "opened": _iso(one.opened_at),
            "closed": None if one.resolved_at is None else _iso(one.resolved_at),
            "services": list(one.services),
            "series": [names.get(key, key) for key in found.series[one.id]],
            "onset": _iso(one.onset),
            "title": one.title,
        }
        for one in found.incidents
    ]


async def _asked(arguments: argparse.Namespace) -> Found:
    config, secrets = read(arguments)
    clock = SystemClock()
    asked = sources(config, secrets, clock)
    try:
        known = [source for source in asked if source.reach > 0]
        if not known:
            raise UsageError("no source of the config keeps history: name a Prometheus server, or use --csv FILE")
        progress = Progress("replaying")
        history = Asked(known, arguments.since, clock.now(), progress, _note, {})
        return await replayed(history, scope(config), config.settings.incidents.quiet, arguments.charts is not None)
    finally:
        for source in asked:
            await source.close()


def _series(one: Incident) -> list[str]:
    """The series of an incident, those first that it began with."""
    found: list[str] = []
    for signal in sorted(one.signals.values(), key=_onset):
        found.append(signal.series)
        found += signal.detail.splitlines() if is_chorus(signal.key) else []
    return found


def _onset(signal: Signal) -> float:
    return signal.onset


def _draw(folder: Path, found: Found) -> None:
    for one in found.incidents:
        chart = found.charts.get(one.id)
        if chart is None or chart.last is None:
            continue
        service = re.sub(r"[^A-Za-z0-9_.-]+", "_", one.services[0])[:60]
        name = f"{datetime.fromtimestamp(one.opened_at, UTC):%Y%m%dT%H%M%SZ}-{service}.svg"
        _write(folder / name, picture(chart, one.title, one.onset, one.resolved_at))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StewardError(f"{path} cannot be written: {error.strerror}") from None


def _note(text: str) -> None:
    sys.stderr.write(f"steward backtest: {inert(text)}\n")


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
