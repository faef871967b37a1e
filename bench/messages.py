"""From a signal to the message, and from a click to what people see: `make messages`.

The real process with the real adapters and SDKs over loopback sockets, beside stand-ins of Slack and Telegram. The
clock starts when the tick that makes a signal fire is saved, and stops when the message stands in the chat. Then the
faults: refused connections, "slow down", lost answers; what was lost and what stands twice is counted.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from bot.assembly import assemble
from bot.chat.slack import Slack, SlackOptions
from bot.chat.telegram import Telegram, TelegramOptions
from bot.config.document import Document
from bot.config.load import check
from bot.config.secrets import Secrets
from bot.domain.incident import Incident
from bot.domain.timeline import Event
from bot.process import Process
from tests import builders as make
from tests.standins import telegram_harness
from tests.standins.slack import SlackStandin
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_harness import GROUP

EVERY = 6.5
"""Seconds between signals: each is a message, an edit and a reply; Telegram takes 20 messages a minute in a group."""

NOWHERE = "http://127.0.0.1:1/metrics"
"""A config needs a source; here signals are saved as a tick saves them."""

SURFACES = ("slack", "telegram")
Seconds = dict[str, list[float]]


@dataclass
class Stage:
    """A running process between its two chats."""

    process: Process
    slack: SlackStandin
    telegram: TelegramStandIn
    new: Seconds = field(default_factory=lambda: {name: [] for name in SURFACES})
    clicked: Seconds = field(default_factory=lambda: {name: [] for name in SURFACES})

    def roots(self, surface: str) -> list[str]:
        """What the messages of a chat say, without replies."""
        if surface == "slack":
            return [one.words for one in self.slack.visible()]
        return [one.text for one in self.telegram.world.seen(GROUP) if one.reply_to is None]

    def everything(self, surface: str) -> list[str]:
        """What stands anywhere in a chat."""
        if surface == "slack":
            return [one.words for one in self.slack.messages if not one.only_for]
        return [one.text for one in self.telegram.world.seen(GROUP)]

    async def save(self, one: Incident, *events: Event, shown: bool = False) -> float:
        """Saves what a tick or a step found, as they do, and wakes the others. Gives when that was.

        shown: both chats know it already.
        """
        async with self.process.bot.parts.store.unit() as unit:
            await unit.incidents.save(one, *events)
            for surface in SURFACES if shown else ():
                await unit.deliveries.shown(surface, one.id, f"old:{one.id}", one.version)
                await unit.deliveries.pictured(surface, one.id, "", one.version)
        if not shown:  # else there is nothing to be done about it
            self.process.bot.bell.ring()
        return time.perf_counter()

    async def seen(self, since: float, words: Sequence[str], into: Seconds) -> None:
        """Waits until both chats show a message with these words, and notes how long each took."""

        def there(surface: str) -> Callable[[], bool]:
            return lambda: any(all(word in root for word in words) for root in self.roots(surface))

        async def slack() -> None:
            await self.slack.until(lambda _: there("slack")(), 60)
            into["slack"].append(time.perf_counter() - since)

        async def telegram() -> None:
            await self.telegram.until(there("telegram"), 60)
            into["telegram"].append(time.perf_counter() - since)

        await asyncio.gather(slack(), telegram())

    async def ack(self, title: str, surface: str) -> float:
        """A person presses Ack in one of the chats. Gives when."""
        if surface == "slack":
            message = next(one for one in self.slack.visible() if title in one.words)
            action = next(name for name in message.buttons if "ack" in name)
            since = time.perf_counter()
            await self.slack.press("U0ADA", message.ts, action)
        else:
            root = next(one for one in self.telegram.world.seen(GROUP) if one.reply_to is None and title in one.text)
            label = next((key["text"] for row in root.buttons for key in row if "Ack" in key["text"]), "")
            assert label, root.buttons
            since = time.perf_counter()
            await self.telegram.act(lambda: self.telegram.world.press(root, label, 1001))
        return since


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """A fresh store, two empty chats, and a process between them."""
    with tempfile.TemporaryDirectory() as directory:
        async with SlackStandin() as slack, telegram_harness.serving() as telegram:
            config = {
                "store": f"sqlite:///{Path(directory) / 'steward.db'}",
                "sources": [{"name": "none", "kind": "scrape", "targets": [{"url": NOWHERE, "service": "none"}]}],
                "chat": {"web": {"listen": "127.0.0.1:0"}},
                "approvals": {"approvers": {"telegram": [1001], "slack": ["U0ADA"]}},
            }
            parts = assemble(check(Document("steward.yaml", config, {})), Secrets({}))
            chats = (
                Slack(SlackOptions(channel=slack.channel, api_url=slack.api_url), slack.bot_token, slack.app_token),
                Telegram(TelegramOptions(chat=GROUP, api_url=telegram.url), TOKEN),
            )
            process = Process(replace(parts, chats=chats, sources=()))
            await process.start()
            try:
                await slack.sockets.connected()
                yield Stage(process, slack, telegram)
            finally:
                await process.stop()


def incident(number: int, title: str) -> Incident:
    """One about a service of its own, that opens now."""
    now = time.time()
    signal = make.signal(f"s{number}", onset=now, at=now)
    times = {"opened_at": now, "updated_at": now, "signalled_at": now}
    return make.incident(signal, id=f"{number:012x}", title=title, severity="warning", **times)


async def paced(others: int, samples: int) -> Stage:
    """New incidents one by one, each acknowledged in one of the chats, while others are open and shown."""
    async with staged() as stage:
        for number in range(others):
            await stage.save(incident(number, f"old {number}"), shown=True)
        for number in range(1_000_000, 1_000_000 + samples):
            began, title = time.perf_counter(), f"new {number} fails"
            one = incident(number, title)
            since = await stage.save(one, Event(one.id, one.opened_at, "opened", f"Opened: {title}"))
            await stage.seen(since, [title], stage.new)
            since = await stage.ack(title, SURFACES[number % 2])
            await stage.seen(since, [title, "looks after it"], stage.clicked)
            await asyncio.sleep(max(0.0, began + EVERY - time.perf_counter()))
            over = replace(one, state="resolved", version=one.version + 9, resolved_at=time.time())
            await stage.save(over, shown=True)  # so that as many are open as before
        return stage


FAULTS = ("refused connections, 6 s", "429, wait 2 s", "a lost answer to a reply", "a lost answer to a root")


async def faulty(fault: str) -> dict[str, tuple[int, int, int]]:
    """Four incidents with a fact each, two of them under the fault. For each chat: expected, lost, doubled."""
    async with staged() as stage:
        titles = [f"case {number} fails" for number in range(4)]
        facts = [f"fact {number} is noted" for number in range(4)]
        for number, (title, fact) in enumerate(zip(titles, facts, strict=True)):
            one = incident(number, title)
            if number == 1:
                await _break(stage, fault, "root")
            await stage.save(one, Event(one.id, one.opened_at, "opened", f"Opened: {title}"))
            await asyncio.sleep(2.0)
            if number == 1:
                await _break(stage, fault, "reply")
            await stage.save(one.changed(time.time()), Event(one.id, time.time(), "noted", fact))
            await asyncio.sleep(2.0)
            if number == 2 and fault == FAULTS[0]:
                await stage.slack.start()
                await stage.telegram.start()
        await asyncio.sleep(30.0)  # the longest backoff, and Telegram's pace
        return {surface: _counted(stage, surface, titles, facts) for surface in SURFACES}


async def _break(stage: Stage, fault: str, moment: str) -> None:
    if fault == FAULTS[0] and moment == "root":
        await stage.slack.stop()
        await stage.telegram.stop()
    elif fault == FAULTS[1]:
        stage.slack.faults.limits.append(2)
        stage.telegram.fail("sendMessage", 429, "Too Many Requests: retry after 2", retry_after=2)
    elif fault.endswith(moment):
        stage.slack.faults.drop.add("chat.postMessage")
        stage.telegram.drop("sendMessage")


def _counted(stage: Stage, surface: str, titles: Sequence[str], facts: Sequence[str]) -> tuple[int, int, int]:
    roots, texts = stage.roots(surface), stage.everything(surface)
    found = Counter({title: sum(title in text for text in roots) for title in titles})
    found.update({fact: sum(fact in text and text not in roots for text in texts) for fact in facts})
    lost = sum(found[name] == 0 for name in (*titles, *facts))
    return len(titles) + len(facts), lost, sum(max(0, number - 1) for number in found.values())


def _figures(found: Sequence[float]) -> str:
    ordered = sorted(found)
    slow = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    return f"{median(ordered):.2f} s | {slow:.2f} s"


async def main() -> None:
    """Measures, and prints two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--others", type=int, nargs="*", default=[0, 999])
    parser.add_argument("--faults", nargs="*", default=FAULTS)
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {given.samples} samples each\n")
    print("| open incidents | chat | signal to message, median | 99th percentile | click to change, median | 99th |")
    print("|---|---|---|---|---|---|")
    for others in given.others:
        stage = await paced(others, given.samples)
        for surface in SURFACES:
            new, clicked = _figures(stage.new[surface]), _figures(stage.clicked[surface])
            print(f"| {others + 1:,} | {surface.capitalize()} | {new} | {clicked} |", flush=True)
    print("\n| fault | chat | messages | lost | doubled |\n|---|---|---|---|---|")
    for fault in given.faults:
        for surface, (expected, lost, doubled) in (await faulty(fault)).items():
            print(f"| {fault} | {surface.capitalize()} | {expected} | {lost} | {doubled} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
