"""`steward init`: writes a config from a few answers or flags. Never writes a secret."""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.assembly import validate
from bot.commands import init_chats
from bot.config.document import parse
from bot.config.load import check
from bot.config.secrets import Secrets
from bot.domain.errors import ConfigError, UsageError
from bot.domain.words import inert
from bot.store.engine import address

EXAMPLE = "steward init --prometheus http://127.0.0.1:9090 --telegram-chat -1001234567890"

QUESTIONS = (
    ("prometheus", "Prometheus address", "http://127.0.0.1:9090"),
    ("slack_channel", "Slack channel id (empty: none)", ""),
    ("telegram_chat", "Telegram chat id (empty: none)", ""),
    ("model", "Ollama model for the words (empty: rules only)", ""),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A flag for each question; with none, on a terminal, the questions are asked."""
    parser.add_argument("--prometheus", metavar="URL", help="a Prometheus server to watch")
    parser.add_argument("--logs", metavar="GLOB", help="log files to read, such as /var/log/shop/*.log")
    parser.add_argument("--slack-channel", metavar="ID", help="the channel's id, such as C0123456789")
    parser.add_argument(
        "--slack-approver", metavar="ID", action="append", default=[], help="a Slack user who may approve"
    )
    parser.add_argument("--telegram-chat", metavar="ID", type=int, help="the chat's id, such as -1001234567890")
    parser.add_argument(
        "--telegram-approver", metavar="ID", type=int, action="append", default=[], help="the same, Telegram"
    )
    parser.add_argument(
        "--chats", action="store_true", help="how to make the app and the bot, and their chats by name; no config"
    )
    for surface, example in (("slack", "GovSlack"), ("telegram", "a Bot API server of your own")):
        parser.add_argument(f"--{surface}-api", metavar="URL", help=f"another address than the usual, for {example}")
    parser.add_argument("--model", metavar="NAME", help="an Ollama model for the words, such as llama3.2")
    parser.add_argument("--store", metavar="URL", help="sqlite:///steward.db, or postgresql://user@host/db")
    parser.add_argument("--force", action="store_true", help="overwrite existing files")


def run(arguments: argparse.Namespace) -> int:
    """Writes the file, or says why not."""
    path: Path = arguments.config
    given, secrets = vars(arguments), Secrets()
    if arguments.chats:
        init_chats.show(path.parent, given, secrets)
        return 0
    if path.exists() and not arguments.force:
        raise UsageError(f"{path} exists already: use --force to overwrite it, or -c for another name")
    if sys.stdin.isatty() and not any(given[name] for name in ("logs", *(name for name, _, _ in QUESTIONS))):
        given |= _answers(given, secrets)
    data = build(given)
    init_chats.write(path, _checked(data, path.name))
    for surface, about in init_chats.SURFACES.items():
        if surface in data["chat"]:
            init_chats.introduce(surface, path.parent, known=bool(secrets.get(about.token)), force=arguments.force)
    print(f"check it with: steward doctor -c {path}")
    return 0


def _checked(data: dict[str, Any], name: str) -> str:
    """The config as text, after the same checks that reading it does."""
    text = HEADER + yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    try:
        config = check(parse(text, name, {}))
        validate(config)
    except ConfigError as error:
        raise UsageError(f"{error}; nothing was written") from None
    if address(config.settings.store).password:
        raise UsageError("--store: leave the password out, it would be written into the file: export PGPASSWORD=...")
    return text


HEADER = "# Steward's config. Secrets do not belong here: they come from the environment. See docs/config.md.\n"


def build(given: dict[str, Any]) -> dict[str, Any]:
    """The config as data.

    Raises:
        UsageError: nothing to watch was named.
    """
    sources: list[dict[str, Any]] = []
    if given.get("prometheus"):
        sources.append(
            {"name": "prom", "kind": "prometheus", "url": given["prometheus"], "every": "15s", "packs": ["auto"]}
        )
    if given.get("logs"):
        sources.append({"name": "logs", "kind": "files", "paths": [given["logs"]], "service_from": "filename"})
    if not sources:
        raise UsageError(
            "nothing to watch: name a Prometheus server with --prometheus URL, or log files with --logs GLOB"
        )
    data: dict[str, Any] = {"store": given.get("store") or "sqlite:///steward.db", "sources": sources, "services": {}}
    chat: dict[str, Any] = {}
    approvers: dict[str, Any] = {"web": ["owner"]}
    if given.get("slack_channel"):
        chat["slack"] = {"channel": given["slack_channel"]} | _api(given.get("slack_api"))
        approvers["slack"] = given.get("slack_approver") or []
    if given.get("telegram_chat"):
        chat["telegram"] = {"chat": _number(given["telegram_chat"])} | _api(given.get("telegram_api"))
        approvers["telegram"] = given.get("telegram_approver") or []
    data["chat"] = {**chat, "web": {"listen": "127.0.0.1:8484"}}
    if given.get("model"):
        data["llm"] = {"url": "http://127.0.0.1:11434", "model": given["model"], "timeout": "60s"}
    data["approvals"] = {"approvers": approvers, "expires_after": "30m"}
    return data


def _answers(given: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, str]:
    """Asks the questions; where a token is set already, its chats are offered by name."""
    surfaces = {about.key: surface for surface, about in init_chats.SURFACES.items()}
    answers = {}
    for name, question, default in QUESTIONS:
        places = init_chats.offered(surfaces[name], given, secrets) if name in surfaces else ()
        for number, place in enumerate(places, 1):
            print(inert(f"  {number}  {place.line}"))
        answer = _ask(question.replace(" id ", " number or id ") if places else question, default)
        numbers = {str(number): place.id for number, place in enumerate(places, 1)}
        answers[name] = numbers.get(answer, answer)
    return answers


def _api(url: str | None) -> dict[str, str]:
    return {"api_url": url} if url else {}


def _number(text: object) -> object:
    """A number where it is one; else the text as it is, which the check of the config then refuses with its place."""
    return int(str(text)) if re.fullmatch(r"-?[0-9]+", str(text)) else text


def _ask(question: str, default: str) -> str:
    shown = f" [{default}]" if default else ""
    try:
        return input(f"{question}{shown}: ").strip() or default
    except EOFError:
        raise UsageError("the answers ended early: nothing was written") from None
