"""`steward demo`: a small shop of real processes that breaks, and Steward at work on it."""

import argparse
import asyncio
import shutil
import signal
import socket
import time
from pathlib import Path

from bot.assembly import assemble
from bot.commands import sandboxed
from bot.commands.visitor import Visitor
from bot.config.load import load
from bot.config.secrets import Secrets
from bot.domain.dossier import Dossier
from bot.domain.errors import StewardError
from bot.domain.execution import WORDS
from bot.domain.words import inert
from bot.ports.store import Store
from bot.process import Process
from bot.runtime.logs import configure
from demo.sandbox import Sandbox, SandboxError
from demo.scenarios import DEFAULT, SCENARIOS, Scenario

EXAMPLE = "steward demo --scenario memory-leak"

HOME = Path(".steward/demo")

CALM = 25.0
"""Seconds of calm in which Steward learns what is normal."""

QUIET = 40.0
"""Seconds after the harmless change of the quiet scenario in which nothing may be reported."""

PATIENCE = 240.0
"""Seconds after the fault in which an unattended run must be over."""

LOOK = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which fault, and who clicks."""
    parser.add_argument(
        "--port",
        type=port_number,
        default=8484,
        metavar="N",
        help="the page's port (8484; a free one if that is taken)",
    )
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), default=DEFAULT, help=f"what happens ({DEFAULT})")
    parser.add_argument(
        "--unattended", action="store_true", help="a scripted person clicks Approve; ends when it is over"
    )


def port_number(text: str) -> int:
    """A port as argparse wants it; 0 is any free one."""
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Runs the sandbox, and Steward beside it."""
    configure("error" if arguments.log_level == "info" else arguments.log_level)
    scenario = SCENARIOS[arguments.scenario]
    directory = HOME / scenario.name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    config = sandboxed.write(directory, _port(arguments.port))
    try:
        return asyncio.run(_run(scenario, config, unattended=arguments.unattended))
    except SandboxError as error:
        raise StewardError(str(error)) from None


async def _run(scenario: Scenario, config: Path, *, unattended: bool) -> int:
    teller = Teller()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    secrets = Secrets({})
    async with Sandbox(config.parent, scenario, teller.say) as sandbox:
        parts = assemble(load(config, secrets), secrets)
        process = Process(parts)
        visitor = None
        try:
            await process.start()
            if unattended:
                visitor = Visitor(process.link)
                await visitor.enter()
            teller.say(f"the page: {process.link}")
            return await Story(sandbox, parts.store, teller, visitor, stop).run()
        finally:
            if visitor is not None:
                await visitor.close()
            await process.stop()


class Teller:
    """Prints what happens, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, words: str) -> None:
        """One line."""
        print(f"{time.monotonic() - self._began:6.1f} s  {inert(words)}", flush=True)


class Story:
    """What happens in one run, told as it happens. Without a visitor it goes on until it is stopped."""

    def __init__(
        self, sandbox: Sandbox, store: Store, teller: Teller, visitor: Visitor | None, stop: asyncio.Event
    ) -> None:
        self._sandbox = sandbox
        self._store = store
        self._teller = teller
        self._visitor = visitor
        self._stop = stop
        self._told: set[int] = set()
        self._fault_at = 0.0

    async def run(self) -> int:
        """Calm, fault, and what comes of it; gives the exit status."""
        self._teller.say(f"{CALM:.0f} s of calm, in which Steward learns what is normal")
        if await self._pause(CALM):
            return 0
        self._fault_at = await self._sandbox.break_it()
        if self._visitor is None:
            self._teller.say("Approve on the page; Ctrl-C ends the demo")
        quiet = self._sandbox.scenario.cure is None
        limit = QUIET if quiet else PATIENCE
        began = time.monotonic()
        while not self._stop.is_set():
            dossier = await self._look()
            if self._visitor is not None:
                if quiet and dossier is not None:
                    return self._over(dossier)
                if dossier is not None and not quiet and dossier.outcomes:
                    return self._end(dossier)
                if time.monotonic() - began > limit:
                    return self._over(dossier)
            await self._pause(LOOK)
        return 0

    async def _look(self) -> Dossier | None:
        """Tells what is new; clicks Approve when there is something to approve and somebody to click."""
        async with self._store.read() as unit:
            recent = await unit.incidents.recent(5)
            dossiers = [await unit.incidents.dossier(one.id) for one in recent]
        found = [dossier for dossier in dossiers if dossier is not None]
        for event in sorted((event for one in found for event in one.events), key=lambda event: event.id):
            if event.id not in self._told:
                self._told.add(event.id)
                self._teller.say(f"+{event.at - self._fault_at:5.1f}  {event.text}")
        for proposal in (proposal for one in found for proposal in one.proposals):
            if self._visitor is not None and proposal.state == "pending" and self._sandbox.scenario.cure is not None:
                words = await self._visitor.approve(proposal.id, proposal.digest)
                self._teller.say(f"a scripted person clicked Approve on the page: {words}")
        return found[-1] if found else None

    def _end(self, dossier: Dossier) -> int:
        outcome = dossier.outcomes[-1]
        cured = outcome.result == "recovered" and outcome.verb == self._sandbox.scenario.cure
        opened = dossier.incident.opened_at - self._fault_at
        clicked = next(event.at for event in dossier.events if event.kind == "approved")
        self._teller.say(
            f"{WORDS[outcome.result]}: {outcome.verb} of {outcome.service}; {opened:.1f} s from the fault to the "
            f"message, {outcome.at - clicked:.1f} s from the click to the verified outcome"
        )
        return 0 if cured else 1

    def _over(self, dossier: Dossier | None) -> int:
        if self._sandbox.scenario.cure is None and dossier is None:
            self._teller.say("nothing was wrong, and nothing was reported")
            return 0
        what = f"reported: {dossier.incident.title}" if dossier is not None else "nothing was noticed"
        self._teller.say(
            f"not as it should be: {what}; see steward incidents -c {self._sandbox.directory}/steward.yaml"
        )
        return 1

    async def _pause(self, seconds: float) -> bool:
        """Waits; whether the demo was stopped meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return False
        return True


def _port(wanted: int) -> int:
    """The wanted port, or a free one when somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StewardError("no free port on 127.0.0.1")
