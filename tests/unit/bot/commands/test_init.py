import os
import pty
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import validate
from bot.commands.init import build
from bot.config.load import load
from bot.domain.errors import UsageError
from tests.standins.slack import SlackStandin
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_world import Room
from tests.unit.bot.conftest import Steward, one_line

PROMETHEUS = "http://127.0.0.1:9090"
WHOLE: tuple[object, ...] = (
    *("--prometheus", PROMETHEUS, "--logs", "/var/log/shop/*.log", "--store", "postgresql://steward@db/steward"),
    *("--slack-channel", "C0123456789", "--slack-approver", "U012AB3CD", "--slack-approver", "U2"),
    *("--telegram-chat", "-1001234567890", "--telegram-approver", "1001", "--model", "llama3.2"),
)


def test_flags_give_a_file_that_loads_and_says_the_same(steward: Steward, tmp_path: Path) -> None:
    ran = steward("init", *WHOLE)
    assert (ran.status, ran.err) == (0, "")
    assert [line for line in ran.out.splitlines() if line[:1].islower() and " - " not in line] == [
        "wrote steward.yaml",
        "wrote slack-app.json",
        "check it with: steward doctor -c steward.yaml",
    ]
    assert all(f"export {token}=" in ran.out for token in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN"))
    config = load(tmp_path / "steward.yaml", {})
    validate(config)
    settings = config.settings
    assert settings.store == "postgresql://steward@db/steward"
    assert [(one.name, one.kind) for one in settings.sources] == [("prom", "prometheus"), ("logs", "files")]
    assert settings.llm is not None
    assert settings.llm.model == "llama3.2"
    assert settings.chat.slack is not None
    assert settings.chat.slack.options == {"channel": "C0123456789"}
    assert settings.chat.telegram is not None
    assert settings.chat.telegram.options == {"chat": -1001234567890}
    approvers = settings.approvals.approvers
    assert (approvers.slack, approvers.telegram, approvers.web) == (("U012AB3CD", "U2"), (1001,), ("owner",))


def test_other_addresses_of_the_apis_are_written(steward: Steward, tmp_path: Path) -> None:
    apis = ("--slack-api", "https://slack-gov.com/api/", "--telegram-api", "http://127.0.0.1:8081")
    steward("init", *WHOLE, *apis)
    chat = load(tmp_path / "steward.yaml", {}).settings.chat
    assert chat.slack is not None
    assert chat.telegram is not None
    assert chat.slack.options["api_url"] == "https://slack-gov.com/api/"
    assert chat.telegram.options["api_url"] == "http://127.0.0.1:8081"


@pytest.mark.parametrize("words", [("--prometheus", PROMETHEUS), ("--logs", "*.log")])
def test_the_least_that_there_is_to_say(steward: Steward, tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = steward("init", *words, "-c", "mine.yaml")
    assert (ran.status, ran.out) == (0, "wrote mine.yaml\ncheck it with: steward doctor -c mine.yaml\n")
    settings = load(tmp_path / "mine.yaml", {}).settings
    assert (settings.llm, settings.chat.slack, settings.chat.telegram) == (None, None, None)


def test_no_secret_is_written(steward: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN", "PROMETHEUS_TOKEN", "PGPASSWORD")
    for name in tokens:
        monkeypatch.setenv(name, "geheim-123")
    ran = steward("init", *WHOLE)
    assert "geheim" not in (tmp_path / "steward.yaml").read_text() + ran.out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("--prometheus", PROMETHEUS, "--store", "postgresql://steward:geheim@db/steward"),
            "--store: leave the password out, it would be written into the file: export PGPASSWORD=...",
        ),
        (
            ("--prometheus", "http://ada:geheim@prom:9090"),
            (
                "steward.yaml line 6, sources[0].url: must carry no user or password: secrets come from the "
                "environment (found 'http://***@prom:9090'); nothing was written"
            ),
        ),
    ],
)
def test_a_secret_in_a_flag_is_refused_and_not_repeated(
    steward: Steward, tmp_path: Path, words: tuple[str, ...], line: str
) -> None:
    ran = steward("init", *words)
    assert (ran.status != 0, one_line(ran.err, "steward init")) == (True, line)
    assert not (tmp_path / "steward.yaml").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--prometheus", "localhost"), "steward.yaml line 6, sources[0].url: must be an address such as http://"),
        (("--logs", "*.log", "--slack-channel", "#ops"), "steward.yaml line 12, chat.slack.channel: "),
        (("--logs", "*.log", "--store", "mysql://db/x"), "steward.yaml line 2, store: mysql is not supported; use "),
    ],
)
def test_a_bad_value_is_refused_with_its_place_and_nothing_is_written(
    steward: Steward, tmp_path: Path, words: tuple[str, ...], line: str
) -> None:
    ran = steward("init", *words)
    assert (ran.status, ran.out) == (2, "")
    said = one_line(ran.err, "steward init")
    assert said.startswith(line)
    assert said.endswith("; nothing was written")
    assert not (tmp_path / "steward.yaml").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "nothing to watch: name a Prometheus server with --prometheus URL, or log files with --logs GLOB"),
        (("--telegram-chat", "ops"), "argument --telegram-chat: invalid int value: 'ops'; see steward init --help"),
    ],
)
def test_bad_use_is_one_line(steward: Steward, tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    ran = steward("init", *words)
    assert (ran.status, ran.out, one_line(ran.err, "steward init")) == (2, "", line)
    assert not (tmp_path / "steward.yaml").exists()


def test_what_is_there_is_overwritten_only_when_asked(steward: Steward, tmp_path: Path) -> None:
    (tmp_path / "steward.yaml").write_text("mine\n")
    ran = steward("init", "--logs", "*.log")
    assert (ran.status, ran.out) == (2, "")
    assert one_line(ran.err, "steward init") == (
        "steward.yaml exists already: use --force to overwrite it, or -c for another name"
    )
    assert (tmp_path / "steward.yaml").read_text() == "mine\n"
    assert steward("init", "--logs", "*.log", "--force").status == 0
    assert "mine" not in (tmp_path / "steward.yaml").read_text()


def test_a_place_that_cannot_be_written_is_one_line(steward: Steward) -> None:
    ran = steward("init", "--logs", "*.log", "-c", "no/such/folder/steward.yaml")
    assert (ran.status, ran.out) == (2, "")
    assert one_line(ran.err, "steward init") == (
        "no/such/folder/steward.yaml cannot be written: no such file or directory"
    )


def test_what_a_person_types_as_a_chat_is_a_number_or_is_refused_later() -> None:
    def chat(text: str) -> Any:
        return build({"logs": "*.log", "telegram_chat": text})["chat"]["telegram"]["chat"]

    assert (chat("-1001"), chat("ops")) == (-1001, "ops")
    with pytest.raises(UsageError, match="nothing to watch"):
        build({"prometheus": ""})


async def asked(folder: Path, *words: str, **tokens: str) -> tuple[Process, int]:
    """`steward init` as a person at a terminal runs it; gives the terminal to type on."""
    terminal, its_end = pty.openpty()
    command = (sys.executable, "-m", "bot", "init", *words)
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())} | tokens
    process = await create_subprocess_exec(
        *command, stdin=its_end, stdout=PIPE, stderr=PIPE, cwd=folder, env=environment
    )
    os.close(its_end)
    return process, terminal


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        (b"\n\n-1001\n\n", 0, "wrote steward.yaml"),
        (b"\n\nops\n\n", 2, "chat.telegram.chat: input should be a valid integer"),
        (b"\n\x04", 2, "the answers ended early: nothing was written"),
    ],
    ids=["answers", "a wrong answer", "Ctrl-D"],
)
async def test_on_a_terminal_the_questions_are_asked(tmp_path: Path, typed: bytes, status: int, words: str) -> None:
    process, terminal = await asked(tmp_path)
    os.write(terminal, typed)
    out, err = (text.decode() for text in await process.communicate())
    os.close(terminal)
    assert process.returncode == status
    assert "Prometheus address [http://127.0.0.1:9090]: " in out
    assert words in out + err
    assert "Traceback" not in err
    assert (tmp_path / "steward.yaml").exists() == (status == 0)


async def test_with_a_flag_nothing_is_asked(tmp_path: Path) -> None:
    process, terminal = await asked(tmp_path, "--logs", "*.log")
    out, _ = await process.communicate()
    os.close(terminal)
    assert out.startswith(b"wrote steward.yaml\n")


async def test_where_the_tokens_are_set_the_chats_are_offered_by_name(tmp_path: Path) -> None:
    async with SlackStandin() as slack, TelegramStandIn() as telegram:
        slack.channels = {f"C{name.upper()}": {"name": name, "is_member": True, "is_archived": False} for name in "ab"}
        telegram.world.put(Room(-1001, title="Operations"))
        words = ("--slack-api", slack.api_url, "--telegram-api", telegram.url)
        tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "TELEGRAM_BOT_TOKEN": TOKEN}
        process, terminal = await asked(tmp_path, *words, **tokens)
        os.write(terminal, b"\n2\n1\n\n")
        out, _ = (text.decode() for text in await process.communicate())
        os.close(terminal)
    assert process.returncode == 0
    offers = [
        "  1  #a  CA",
        "  2  #b  CB",
        "Slack channel number or id (empty: none): ",
        "  1  Operations  -1001  supergroup",
    ]
    assert [line for line in offers if line not in out] == []
    chat = load(tmp_path / "steward.yaml", {}).settings.chat
    assert chat.slack is not None
    assert chat.telegram is not None
    assert (chat.slack.options["channel"], chat.telegram.options["chat"]) == ("CB", -1001)
    assert "export" not in out
