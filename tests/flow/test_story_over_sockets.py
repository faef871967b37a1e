"""The story once more with nothing of Steward's replaced: the real process, the real SDKs, real sockets on loopback.

A service leaks, both chats show one thread, a person approves in Telegram, Slack shows it, the process is restarted
once, memory is normal again, and that is verified and learned.
"""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiohttp import web

from actions.manifest import Instance, Manifest, Release, Status, read, write, write_status
from bot.assembly import Parts, assemble
from bot.chat.slack import Slack, SlackOptions
from bot.chat.telegram import Telegram, TelegramOptions
from bot.config.document import Document
from bot.config.load import check
from bot.config.secrets import Secrets
from bot.process import Process
from bot.runtime.tasks import spawn
from tests.contracts import slack_parts
from tests.standins import telegram_harness
from tests.standins.slack import SlackStandin
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_harness import GROUP, TOPIC

ADA = 1001
TICK = "200ms"


@dataclass
class Catalog:
    """A service with a memory that a test sets, and the supervisor that restarts it when its manifest says so."""

    directory: Path
    memory: float = 50e6
    restarts: int = 0
    noise: random.Random = field(default_factory=lambda: random.Random(7))

    async def metrics(self, _request: web.Request) -> web.Response:
        value = self.memory * self.noise.uniform(0.98, 1.02)
        return web.Response(text=f"process_resident_memory_bytes {value:.0f}\n")

    async def supervise(self) -> None:
        write(self.directory, Manifest("catalog", 1, "v1", (Release("v1", ("catalog",), deployed_at=1.0),)))
        seen = 0
        while True:
            manifest = read(self.directory, "catalog")
            if manifest.version != seen:
                self.restarts += bool(seen)
                self.memory = 50e6
                instance = Instance(1, 1, manifest.revision, time.time() + 1, ready=True)
                write_status(self.directory, "catalog", Status(manifest.version, (instance,)))
                seen = manifest.version
            await asyncio.sleep(0.02)


@asynccontextmanager
async def serving(catalog: Catalog) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/metrics", catalog.metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    supervisor = spawn("supervisor", catalog.supervise())
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/metrics"
    finally:
        supervisor.cancel()
        await runner.cleanup()


def parts_for(tmp_path: Path, url: str, slack: SlackStandin, telegram: TelegramStandIn) -> Parts:
    config = {
        "store": f"sqlite:///{tmp_path / 'steward.db'}",
        "sources": [{"name": "shop", "kind": "scrape", "every": TICK, "targets": [{"url": url, "service": "catalog"}]}],
        "services": {"catalog": {"target": {"kind": "process", "directory": str(tmp_path)}}},
        "chat": {"web": {"listen": "127.0.0.1:0"}},
        "approvals": {"approvers": {"telegram": [ADA], "slack": ["U0ADA"]}},
        "incidents": {"debounce": 3, "calm": "500ms", "verify_after": "1s", "verify_for": "60s"},
    }
    parts = assemble(check(Document("steward.yaml", config, {})), Secrets({}))
    options = TelegramOptions(chat=GROUP, topic=TOPIC, api_url=telegram.url)
    chats = (
        Slack(
            SlackOptions(channel=slack.channel, api_url=slack.api_url),
            slack.bot_token,
            slack.app_token,
            slack_parts.FAST,
        ),
        Telegram(options, TOKEN, telegram_harness.FAST),
    )
    return replace(parts, chats=chats)


@asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[Process]:
    process = Process(parts)
    try:
        await process.start()
        yield process
    finally:
        await process.stop()


async def until(condition: Callable[[], object], what: str) -> None:
    """Lets the world go on until the condition holds; `what` names it in the traceback."""
    async with asyncio.timeout(30):
        for _ in itertools.takewhile(lambda _: not condition(), itertools.count()):
            await asyncio.sleep(0.02)


async def test_one_leak_one_thread_in_each_place_one_restart(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    async with (
        SlackStandin() as slack,
        telegram_harness.serving() as telegram,
        serving(catalog) as url,
        running(parts_for(tmp_path, url, slack, telegram)) as process,
    ):

        def in_slack() -> list[str]:
            return [message.words for message in slack.visible()]

        def in_telegram() -> list[str]:
            return [said.text for said in telegram.world.seen(GROUP) if said.reply_to is None]

        await slack.sockets.connected()
        await learned(process)
        catalog.memory = 200e6
        await until(lambda: in_slack() and "restart catalog" in in_slack()[0], "Slack shows the offer")
        await until(lambda: in_telegram() and "restart catalog" in in_telegram()[0], "Telegram shows the offer")
        assert "memory" in in_slack()[0]

        root = next(said for said in telegram.world.seen(GROUP) if said.reply_to is None)
        press = await telegram.act(lambda: telegram.world.press(root, "Approve: restart catalog", ADA))
        await until(lambda: press.answered, "the button stops spinning")
        assert "approved by Ada (Telegram)" in press.text
        await until(lambda: "approved by Ada (Telegram)" in in_slack()[0], "Slack shows who approved")
        assert not {"steward_approve", "steward_stand", "steward_reject"} & set(slack.visible()[0].buttons)

        await until(lambda: "resolved" in in_slack()[0] and "resolved" in in_telegram()[0], "both show the end")
        assert catalog.restarts == 1
        assert len(in_slack()) == len(in_telegram()) == 1
        assert "Recovered" in in_slack()[0]
        answer = await slack.command("U0ADA", "status")
        assert "All quiet" in str(answer.answer)
        async with process.bot.parts.store.read() as unit:
            (outcome,) = await unit.ledger.outcomes()
        assert (outcome.verb, outcome.result) == ("restart", "recovered")


async def learned(process: Process) -> None:
    """Waits until the memory's baseline is known: its band is what the page would show."""
    watch = process.bot.watches[0]

    def known() -> bool:
        return any(chart.query == "process_memory" and chart.points[-1].high for chart in watch.charts({"catalog"}))

    await until(known, "the baseline is learned")
