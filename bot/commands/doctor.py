"""`steward doctor`: checks everything that the config names, each finding with its mend."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, replace

import httpx

from actions.model import ActuatorError
from bot.assembly import Parts, assemble, lacking
from bot.commands.common import read
from bot.config.policy import policy
from bot.domain.card import Card, Section
from bot.domain.errors import StewardError
from bot.domain.samples import Pull, Window
from bot.domain.words import inert
from bot.ports import Chat, Clock, Source
from bot.process import page_of
from bot.sources.packs import pack_of
from bot.store import migrate
from bot.web.server import listen

EXAMPLE = "steward doctor -c steward.yaml"

PATIENCE = 30.0
"""Seconds that one check may take."""


TEST = Card("info", "Steward can post here", (Section("", ("This is a test by `steward doctor --post`.",)),))


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked thing; `trouble` is empty when it is well, and a `note` is what a person should know even then."""

    part: str
    trouble: str = ""
    words: str = "well"
    note: str = ""

    @property
    def line(self) -> str:
        """`FAIL  source prom: cannot connect ...`."""
        mark = "FAIL" if self.trouble else "note" if self.note else "ok"
        said = (self.trouble or self.note or self.words).removeprefix(f"{self.part}: ")
        return inert(f"{mark:<5} {self.part}: {said}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to post."""
    parser.add_argument(
        "--post", action="store_true", help="post a line in each chat too: a closed topic shows so only"
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints a line a check; 0 only if `steward run` would work."""
    config, secrets = read(arguments)
    missing = lacking(config, secrets)
    findings = [Finding("config", words=str(arguments.config))]
    findings += [Finding(surface, trouble) for surface, trouble in missing.items()]
    findings += asyncio.run(examine(assemble(config, secrets, without=missing), post=arguments.post))
    for one in findings:
        print(one.line)
    bad = sum(bool(one.trouble) for one in findings)
    print(f"{bad} of {len(findings)} checks failed" if bad else f"all {len(findings)} checks passed")
    return 1 if bad else 0


async def examine(parts: Parts, *, post: bool = False) -> list[Finding]:
    """Every check at the same time, in the order of the config. `post`: writes to the chats that look well."""
    checks: list[Awaitable[Finding]] = [_store(parts), _page(parts)]
    checks += [_source(source, parts.clock) for source in parts.sources]
    checks += [_check(chat.surface, _chat(chat, post=post)) for chat in parts.chats]
    if parts.llm is not None:
        checks.append(_check(f"model {parts.llm.name}", parts.llm.check()))
    for name, target in parts.fleet.targets.items():
        checks.append(_check(f"target of {name}", parts.fleet.actuator_of(target).check(target)))
    try:
        return [*_approvals(parts), *await asyncio.gather(*checks)]
    finally:
        await parts.close()


def _approvals(parts: Parts) -> list[Finding]:
    """What the rules leave open: a chat on which nobody may approve, a callee that the config does not know."""
    rules, known = policy(parts.config), parts.settings.services
    clickable = [one.surface for one in parts.chats if hasattr(parts.settings.approvals.approvers, one.surface)]
    mute = [surface for surface in clickable if not any(who.startswith(f"{surface}:") for who in rules.everyone)]
    found = [
        Finding("approvals", note=f"nobody on {surface} may approve: add ids under approvals.approvers.{surface}")
        for surface in mute
    ]
    called = {callee for service in known.values() for callee in service.depends_on}
    if unknown := sorted(called - set(known)):
        found.append(Finding("services", note=f"{', '.join(unknown)}: called, but not described under services"))
    return found


async def _chat(chat: Chat, *, post: bool) -> str | None:
    note = await chat.check()
    if post:
        await chat.post(TEST)
    return note


async def _source(source: Source, clock: Clock) -> Finding:
    """Checks a source and pulls once: what came, or notes on what is odd about it."""
    pulled: list[Pull] = []

    async def look() -> str:
        await source.check()
        now = clock.now()
        pulled.append(await source.pull(Window(now - source.every, now)))
        return "; ".join(note.removeprefix(f"source {source.name}: ") for note in pulled[0].notes[:3])

    found = await _check(f"source {source.name}", look())
    came = came_by_pack(pulled[0]) if pulled else ""
    return replace(found, words=came or found.words, note=found.note and "; ".join(filter(None, [found.note, came])))


def came_by_pack(pull: Pull) -> str:
    """`42 series of 6 services: http 12, node 30`, by pack or else by query; empty when none came."""
    counts: Counter[str] = Counter()
    for batch in pull.batches:
        counts[pack_of(batch.query.name) or batch.query.name] += len(batch.series)
    services = {series.service for batch in pull.batches for series in batch.series}
    parts = ", ".join(f"{pack} {count}" for pack, count in sorted(counts.items()) if count)
    return parts and f"{counts.total()} series of {len(services)} service{'s' * (len(services) > 1)}: {parts}"


async def _check(part: str, check: Awaitable[str | None]) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            note = await check
    except TimeoutError:
        return Finding(part, f"no answer within {PATIENCE:.0f} s")
    except (StewardError, ActuatorError) as error:
        return Finding(part, str(error))
    return Finding(part, note=note or "")


async def _page(parts: Parts) -> Finding:
    """Whether the page's address is free, or a running Steward has it."""
    host, port = parts.settings.chat.web.address
    try:
        listen(host, port).close()
    except StewardError as error:
        try:
            async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
                answer = await client.get(f"{page_of(parts.settings.chat.web)}/health")
            told = answer.json()
            running = isinstance(told, dict) and "version" in told
        except (httpx.HTTPError, ValueError):
            running = False
        return Finding("page", note="a Steward runs here already") if running else Finding("page", str(error))
    return Finding("page", words=page_of(parts.settings.chat.web))


async def _store(parts: Parts) -> Finding:
    try:
        at, wanted = await migrate.version(parts.settings.store)
    except StewardError as error:
        return Finding("store", str(error))
    words = f"{parts.store.where} " + (f"at version {at}" if at else "is new; run makes its tables")
    if at > wanted:  # versions are numbered in order
        return Finding("store", f"{words}, which is newer than this program's {wanted}: run the newer program")
    if at and at != wanted:
        words += f"; run brings it to {wanted}"
    return Finding("store", words=words)
