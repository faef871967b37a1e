"""What `steward init` says of chats: how to make the Slack app and the Telegram bot, and which chats they are in."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.chat import slack_app
from bot.chat.places import Place
from bot.domain.errors import StewardError, UsageError
from bot.domain.words import inert
from bot.flow.answer import HELP

SLACK = f"""\
Slack: at {slack_app.CREATE}
  1. From a manifest: choose the workspace, choose JSON, paste the content of {{manifest}}, Create
  2. Install App: install it, then: export SLACK_BOT_TOKEN=xoxb-...
  3. Basic Information, App-Level Tokens: generate one with connections:write, then: export SLACK_APP_TOKEN=xapp-...
  4. in the channel for incidents: /invite @steward"""

TELEGRAM = """\
Telegram: in the chat with @BotFather
  1. /newbot: answer its questions, then: export TELEGRAM_BOT_TOKEN=...
  2. /setjoingroups: Enable
  3. /setprivacy: Enable. In groups the bot then hears commands to it, replies to it and mentions, and needs no more
  4. /setcommands: send it these lines
{commands}
  5. add the bot to the group, and write /start@ and its username there
  6. in a group with topics: an administrator that may manage topics (can_manage_topics), and
     `topics: incident` in chat.telegram, for a topic an incident"""


Seen = Callable[..., Coroutine[Any, Any, list[Place]]]


@dataclass(frozen=True, slots=True)
class Surface:
    """What is asked of a surface: its token, the flag's key, the module that lists its chats, and words for none.

    The module is imported on first use, for it loads the surface's whole library.
    """

    token: str
    key: str
    module: str
    none: str


SURFACES: Mapping[str, Surface] = {
    "slack": Surface(
        "SLACK_BOT_TOKEN",
        "slack_channel",
        "bot.chat.slack_places",
        "none yet: type /invite @steward in the channel, and run this again",
    ),
    "telegram": Surface(
        "TELEGRAM_BOT_TOKEN",
        "telegram_chat",
        "bot.chat.telegram_places",
        "none yet: write /start@ and the bot's username in the chat, and run this again. Stop Steward meanwhile, if it "
        "runs: it would take the message",
    ),
}


def guide(surface: str, manifest: Path) -> str:
    """How to make the app or the bot, step by step."""
    if surface == "slack":
        return SLACK.format(manifest=manifest)
    commands: Mapping[str, str] = import_module("bot.chat.telegram_menu").COMMANDS
    return TELEGRAM.format(commands="\n".join(f"{word} - {about}" for word, about in commands.items()))


def write(path: Path, text: str) -> None:
    """Writes a file, and says so.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
    print(f"wrote {path}")


def introduce(surface: str, folder: Path, *, known: bool, force: bool) -> None:
    """Writes what the surface needs beside the config and, while it is not `known`, prints how to make it."""
    manifest = folder / slack_app.NAME
    if surface == "slack":
        if force or not manifest.exists():
            write(manifest, json.dumps(slack_app.manifest(HELP), indent=2) + "\n")
        else:
            print(f"{manifest} is there already: --force writes it anew")
    if not known:
        print(f"{guide(surface, manifest)}\n")


def show(folder: Path, given: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    """`steward init --chats`: prints the guides, and the chats that each token in the environment sees."""
    for surface, about in SURFACES.items():
        introduce(surface, folder, known=False, force=given["force"])
        flag = f"--{about.key.replace('_', '-')}"
        if not secrets.get(about.token):
            print(f"Then run this again with {about.token} set: it lists the chats by name, with their ids for {flag}.")
            continue
        print(f"The chats that the bot is in, for {flag}:")
        if found := offered(surface, given, secrets):
            print("\n".join(inert(f"  {place.line}") for place in found))


def offered(surface: str, given: Mapping[str, Any], secrets: Mapping[str, str]) -> Sequence[Place]:
    """The chats that the token in the environment sees. Why there are none is printed: nothing depends on them."""
    about = SURFACES[surface]
    token = secrets.get(about.token)
    if not token:
        return ()
    try:
        seen: Seen = import_module(about.module).seen
        found = asyncio.run(seen(token, *filter(None, [given.get(f"{surface}_api")])))
    except StewardError as error:
        print(inert(f"  {error}"))
        return ()
    if not found:
        print(f"  {about.none}")
    return found
