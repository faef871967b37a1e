import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, LATER
from tests.unit.bot.conftest import Steward, one_line

LEAST = "sources: [{name: logs, kind: files, paths: [/var/log/none.log]}]\n"


def test_without_a_command_the_list_is_shown_and_that_is_bad_use(steward: Steward) -> None:
    ran = steward()
    assert ran.status == 2
    assert all(re.search(rf"^ +{name}\s", ran.out, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("words", [("--help",), ("-h",)])
def test_help_lists_the_commands(steward: Steward, words: tuple[str, ...]) -> None:
    ran = steward(*words)
    assert (ran.status, ran.err) == (0, "")
    assert all(about.split()[0] in ran.out for about in COMMANDS.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(steward: Steward, name: str) -> None:
    ran = steward(name, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert f"example: steward {name}" in ran.out
    assert "--config FILE" in ran.out


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("docter", "there is no command 'docter'; did you mean 'doctor'?; see steward --help"),
        ("zzz", "there is no command 'zzz'; see steward --help"),
        ("\x1b[31mred\n", "there is no command ' [31mred '; see steward --help"),
        *((name, f"'{name}' is not in this version yet; see steward --help") for name in LATER),
    ],
)
def test_a_command_that_is_not_there_is_bad_use(steward: Steward, word: str, line: str) -> None:
    ran = steward(word)
    assert (ran.status, ran.out) == (2, "")
    assert one_line(ran.err) == line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("-c", "x.yaml", "doctor"), "the command comes first: steward COMMAND -c FILE"),
        (("--bogus",), "unrecognized arguments: --bogus; see steward --help"),
        (("migrate", "--\x1b[2J"), "unrecognized arguments: -- [2J; see steward --help"),
    ],
)
def test_bad_use_is_one_line(steward: Steward, words: tuple[str, ...], line: str) -> None:
    ran = steward(*words)
    assert (ran.status, one_line(ran.err)) == (2, line)


def test_an_option_that_lacks_its_value_is_bad_use(steward: Steward) -> None:
    ran = steward("migrate", "-c")
    assert ran.status == 2
    assert one_line(ran.err, "steward migrate") == (
        "argument -c/--config: expected one argument; see steward migrate --help"
    )


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"demo", "init", "drill", "detect", "suspects", "templates"}))
def test_a_config_that_is_not_there_is_a_failure_that_says_how_to_get_one(steward: Steward, name: str) -> None:
    ran = steward(name, *{"audit": ["verify"], "backtest": ["--since", "1h"]}.get(name, []))
    assert (ran.status, ran.out) == (1, "")
    assert one_line(ran.err, f"steward {name}") == (
        "steward.yaml does not exist: write one with `steward init`, or name another with -c"
    )


def test_the_config_is_named_by_option_or_by_environment(
    steward: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "named.yaml").write_text(f"store: sqlite:///{tmp_path}/named.db\n{LEAST}")
    (tmp_path / "other.yaml").write_text(f"store: sqlite:///{tmp_path}/other.db\n{LEAST}")
    monkeypatch.setenv("STEWARD_CONFIG", str(tmp_path / "named.yaml"))
    assert steward("migrate").status == 0
    assert steward("migrate", "--config", tmp_path / "other.yaml").status == 0
    assert (tmp_path / "named.db").exists()
    assert (tmp_path / "other.db").exists()


def test_help_tells_the_config_that_would_be_read(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_CONFIG", "50%(x)s.yaml")
    assert "the config (50%(x)s.yaml)" in steward("migrate", "--help").out


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sorces: []\n", "steward.yaml line 1, sorces: unknown key 'sorces'; did you mean 'sources'?"),
        ("sources: [\n", "steward.yaml line 2: not valid YAML: expected the node content, but found '<stream end>'"),
        ("", "steward.yaml: must be a mapping with at least `sources`; `steward init` writes one"),
    ],
)
def test_a_wrong_config_is_one_line_with_its_place(steward: Steward, tmp_path: Path, text: str, line: str) -> None:
    (tmp_path / "steward.yaml").write_text(text)
    ran = steward("doctor")
    assert (ran.status, ran.out, one_line(ran.err, "steward doctor")) == (1, "", line)


def test_a_config_that_cannot_be_read_is_one_line(steward: Steward, tmp_path: Path) -> None:
    (tmp_path / "steward.yaml").mkdir()
    ran = steward("doctor")
    assert ran.status == 1
    assert one_line(ran.err, "steward doctor").startswith("steward.yaml is a folder: ")


async def test_a_reader_who_had_enough_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "steward.yaml").write_text(f"store: sqlite:///{tmp_path}/steward.db\n{LEAST}")
    reading, writing = os.pipe()
    os.close(reading)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    words = (sys.executable, "-m", "bot", "migrate", "-c", str(tmp_path / "steward.yaml"))
    ended = await create_subprocess_exec(*words, stdin=DEVNULL, stdout=writing, stderr=PIPE, env=environment)
    os.close(writing)
    _, err = await ended.communicate()
    assert (ended.returncode, err) == (0, b"")


async def test_a_terminal_that_lacks_a_character_shows_another(tmp_path: Path) -> None:
    words = (sys.executable, "-m", "bot", "init", "-c", "caf\u00e9.yaml", "--logs", "x.log")
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path.cwd())}
    ended = await create_subprocess_exec(*words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=environment, cwd=tmp_path)
    out, err = await ended.communicate()
    assert (ended.returncode, err) == (0, b"")
    assert out.startswith(b"wrote caf?.yaml\n")
