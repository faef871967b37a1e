"""What the doctor's tests look at: stand-ins of everything that a config names."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from actions.manifest import Manifest, Release, write
from tests.standins import ollama, telegram_harness
from tests.standins import prometheus as prom
from tests.standins.prometheus import Reply, StandIn
from tests.standins.slack import SlackStandin
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_harness import GROUP, TOPIC
from tests.unit.bot.conftest import Ran, Steward

CONFIG = """\
store: sqlite:///{folder}/steward.db
sources:
  - {{name: prom, kind: prometheus, url: "{prom}", every: 1s, packs: [http], timeout: 2s}}
  - {{name: logs, kind: files, paths: ["{folder}/*.log"]}}
  - {{name: shop, kind: scrape, targets: [{{url: "{shop}/metrics", service: catalog}}], packs: [process]}}
watch:
  - {{name: depth, source: prom, query: queue_depth, bad: up}}
services: {{catalog: {{target: {{kind: process, directory: "{folder}"}}}}}}
chat:
  slack: {{channel: {channel}, api_url: "{slack}"}}
  telegram: {{chat: {chat}, topic: {topic}, api_url: "{telegram}"}}
  web: {{listen: "127.0.0.1:0"}}
llm: {{url: "{ollama}", model: llama3.2, timeout: 2s}}
approvals: {{approvers: {{slack: [U1], telegram: [1001]}}}}
"""


@dataclass
class World:
    """Everything that the config names."""

    folder: Path
    prom: StandIn
    shop: StandIn
    slack: SlackStandin
    telegram: TelegramStandIn
    ollama: ollama.StandIn
    steward: Steward

    async def doctor(self, *words: str) -> Ran:
        """The doctor with a loop of its own, as it has it in a shell."""
        return await asyncio.to_thread(self.steward, "doctor", *words)


def queue(depth: str = "3") -> prom.Answering:
    return prom.prometheus((), {"queue_depth": prom.vector([({"service": "queue"}, depth)])})


async def built(stack: AsyncExitStack, steward: Steward, folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """All of it well, and the config that names it."""
    write(folder, Manifest("catalog", 1, "v1", (Release("v1", ("catalog",), deployed_at=1.0),)))
    found = World(
        folder,
        await stack.enter_async_context(prom.standing(queue())),
        await stack.enter_async_context(prom.standing(lambda _: Reply(b"process_resident_memory_bytes 5e7\n"))),
        await stack.enter_async_context(SlackStandin()),
        await stack.enter_async_context(telegram_harness.serving()),
        await stack.enter_async_context(ollama.standing()),
        steward,
    )
    found.telegram.world.rooms[GROUP].status = "administrator"
    found.telegram.world.updates.append({"update_id": 1})  # a poll that waits for one has an end at once
    for name, token in {
        "SLACK_BOT_TOKEN": found.slack.bot_token,
        "SLACK_APP_TOKEN": found.slack.app_token,
        "TELEGRAM_BOT_TOKEN": TOKEN,
    }.items():
        monkeypatch.setenv(name, token)
    addresses = {name: getattr(found, name).url for name in ("prom", "shop", "telegram", "ollama")}
    text = CONFIG.format(
        folder=folder, slack=found.slack.api_url, channel=found.slack.channel, chat=GROUP, topic=TOPIC, **addresses
    )
    (folder / "steward.yaml").write_text(text)
    return found
