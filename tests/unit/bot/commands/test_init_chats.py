"""`steward init --chats`, and what `init` writes and says of chats."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot.chat.slack_app import PRIVATE, SCOPES, manifest
from bot.chat.telegram_menu import COMMANDS
from bot.commands.init_chats import guide
from bot.flow.answer import HELP
from tests.standins.slack import SlackStandin
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_world import Room
from tests.unit.bot.conftest import Steward, one_line

NAME = "slack-app.json"


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_the_list_for_botfather_is_as_it_takes_it_and_has_every_command() -> None:
    lines = guide("telegram", Path(NAME)).splitlines()
    sent = [line for line in lines if re.fullmatch(r"[a-z0-9_]{1,32} - .{1,256}", line)]
    assert sent == [f"{word} - {about}" for word, about in COMMANDS.items()]
    assert [line.split(":")[0].strip() for line in lines if re.match(r"  \d\. /", line)] == [
        "1. /newbot", "2. /setjoingroups", "3. /setprivacy", "4. /setcommands",
    ]  # fmt: skip


def test_without_tokens_it_says_how_to_get_them_and_writes_the_manifest_alone(steward: Steward, tmp_path: Path) -> None:
    ran = steward("init", "--chats")
    assert (ran.status, ran.err) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert json.loads((tmp_path / NAME).read_text()) == manifest(HELP)
    assert "paste the content of slack-app.json" in ran.out
    for name in ("SLACK_BOT_TOKEN", "TELEGRAM_BOT_TOKEN"):
        assert f"Then run this again with {name} set: it lists the chats by name" in ran.out


def test_the_manifest_is_beside_the_config_also_when_the_channel_is_known(steward: Steward, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    steward("init", "--logs", "*.log", "--slack-channel", "C0123", "-c", "etc/steward.yaml")
    made = json.loads((tmp_path / "etc" / NAME).read_text())
    assert made["oauth_config"]["scopes"]["bot"] == [*SCOPES, PRIVATE]


def test_a_manifest_that_somebody_changed_stays_unless_forced(steward: Steward, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("mine\n")
    assert f"{NAME} is there already: --force writes it anew" in steward("init", "--chats").out
    assert (tmp_path / NAME).read_text() == "mine\n"
    steward("init", "--chats", "--force")
    assert json.loads((tmp_path / NAME).read_text()) == manifest(HELP)


def test_a_manifest_that_cannot_be_written_is_one_line(steward: Steward) -> None:
    ran = steward("init", "--chats", "-c", "no/such/folder/steward.yaml")
    assert ran.status == 2
    said = one_line(ran.err, "steward init")
    assert said == f"no/such/folder/{NAME} cannot be written: no such file or directory"


async def test_with_tokens_the_chats_are_listed_by_name(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    async with SlackStandin() as slack, TelegramStandIn() as telegram:
        slack.channels[slack.channel]["name"] = "incidents"
        telegram.world.put(Room(-1001, title="Night\x1b[2J shift"))
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        words = ("--slack-api", slack.api_url, "--telegram-api", telegram.url)
        ran = await asyncio.to_thread(steward, "init", "--chats", *words)
    assert ran.status == 0
    assert "The chats that the bot is in, for --slack-channel:\n  #incidents  C0STEWARD\n" in ran.out
    assert "The chats that the bot is in, for --telegram-chat:\n  Night [2J shift  -1001  supergroup\n" in ran.out
    assert "secret" not in (ran.out + ran.err).lower()


async def test_no_chat_yet_and_a_refusal_are_said_and_harm_nothing(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SlackStandin() as slack, TelegramStandIn() as telegram:
        slack.channels.clear()
        telegram.rival = True
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        words = ("--slack-api", slack.api_url, "--telegram-api", telegram.url)
        ran = await asyncio.to_thread(steward, "init", "--chats", *words)
    assert (ran.status, ran.err) == (0, "")
    assert "  none yet: type /invite @steward in the channel, and run this again\n" in ran.out
    assert "  another process polls Telegram with this bot's token: stop it" in ran.out
