import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from actions.command import CommandActuator, CommandOptions, filled
from actions.model import Action, ActuatorError, Option, Target

ECHO = (sys.executable, "-S", "-c")


def target(**options: Option) -> Target:
    return Target("command", "checkout", options)


def python(code: str, *words: str) -> tuple[str, ...]:
    return (*ECHO, code, *words)


async def run(aim: Target, action_id: str = "a-1") -> None:
    actuator = CommandActuator()
    await actuator.run(await actuator.plan(Action("restart", aim)), action_id)


async def test_a_restart_without_a_view_of_the_target(tmp_path: Path) -> None:
    note = tmp_path / "note"
    code = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    aim = target(restart=python(code, str(note), "--id={action_id}"))
    actuator = CommandActuator()
    await actuator.check(aim)
    assert (await actuator.state(aim)).revision == "unknown"
    assert not note.exists()
    await run(aim)
    assert note.read_text() == "--id=a-1"
    assert await actuator.probe(aim, "a-1") == "unknown"
    with pytest.raises(ActuatorError, match="knows only restart"):
        await actuator.plan(Action("scale", aim, replicas=3))


@pytest.mark.parametrize(
    ("code", "words", "effect"),
    [
        ("import sys; sys.exit(1)", "exit code 1, so it is not known what it did", "unknown"),
        ("import sys; sys.exit(75)", "exit code 75, so nothing was done", "none"),
        ("import os; os.kill(os.getpid(), 9)", "signal 9, so it is not known", "unknown"),
        ("import sys; sys.exit('no\\n\\x1b[31m\\u202eway')", "exit code 1 (no [31m way), so", "unknown"),
    ],
)
async def test_a_failure_is_one_line_and_says_what_is_known_of_its_effect(code: str, words: str, effect: str) -> None:
    with pytest.raises(ActuatorError) as caught:
        await run(target(restart=python(code), exit_nothing_done=("75",)))
    assert words in str(caught.value)
    assert caught.value.effect == effect
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("print('done')", "done"),
        ("print('not_done')", "not_done"),
        ("print('perhaps')", "unknown"),
        ("print('done'); raise SystemExit(3)", "unknown"),
        ("raise SystemExit(1)", "unknown"),
    ],
)
async def test_a_probe_is_believed_only_when_it_says_it_clearly(code: str, answer: str) -> None:
    aim = target(restart=python(""), probe=python(code, "{action_id}"))
    assert await CommandActuator().probe(aim, "a-1") == answer


async def test_a_probe_that_does_not_end_had_no_effect() -> None:
    aim = target(restart=python(""), probe=python("import signal; signal.pause()", "{action_id}"), timeout="0.3")
    with pytest.raises(ActuatorError, match="was killed") as caught:
        await CommandActuator().probe(aim, "a-1")
    assert caught.value.effect == "none"


async def test_only_named_variables_are_passed_on(tmp_path: Path) -> None:
    note = tmp_path / "note"
    code = "import os, sys; open(sys.argv[1], 'w').write(' '.join(sorted(os.environ)))"
    actuator = CommandActuator({"PATH": "/bin", "TOKEN": "t", "OTHER": "o"})
    aim = target(restart=python(code, str(note)), environment=("TOKEN", "MISSING"))
    await actuator.run(await actuator.plan(Action("restart", aim)), "a-1")
    assert note.read_text() == "LANG PATH TOKEN"


async def test_a_relative_program_is_below_cwd(tmp_path: Path) -> None:
    (tmp_path / "deploy").write_text("#!/bin/sh\npwd > here\n")
    (tmp_path / "deploy").chmod(0o755)
    await run(target(restart=("./deploy",), cwd=str(tmp_path)))
    assert (tmp_path / "here").read_text().strip() == str(tmp_path)
    (tmp_path / "deploy").chmod(0o644)
    with pytest.raises(ActuatorError, match=r"no program \./deploy that may be run"):
        await CommandActuator().check(target(restart=("./deploy",), cwd=str(tmp_path)))


@pytest.mark.parametrize("value", ["v1", "2024-05-01T10:00:00+02:00", "registry/shop@sha256:ab_c", "7"])
def test_values_are_filled_in_as_wholes_or_parts(value: str) -> None:
    words = filled(("deploy", "{revision}", "--to={revision}", "{other}", "{{.Name}}"), {"revision": value})
    assert words == ("deploy", value, f"--to={value}", "{other}", "{{.Name}}")


@pytest.mark.parametrize(
    "value",
    ["", "-rf", "--help", "a b", "a;b", "$(id)", "`id`", "a\nb", "a\0b", "../{x}", "v\u00e4", "x" * 129, "v1\n"],
)
def test_values_that_could_mean_more_are_refused(value: str) -> None:
    with pytest.raises(ActuatorError, match="cannot be filled into a command") as caught:
        filled(("deploy", "{revision}"), {"revision": value})
    assert str(caught.value).isprintable()
    assert caught.value.effect == "none"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "at least one of restart, scale and rollback"),
        ({"restart": "systemctl restart x"}, "tuple"),
        ({"restart": ["{action_id}"]}, "must begin with the program's name"),
        ({"restart": [""]}, "must begin with the program's name"),
        ({"restart": ["a", "b\0"]}, "null character"),
        ({"restart": ["a", "{revision}"]}, r"restart cannot be given \{revision\}; it knows \{action_id\}"),
        ({"restart": ["a", "{message}"]}, r"restart cannot be given \{message\}"),
        ({"scale": ["a"], "state": ["b"]}, r"scale must name \{replicas\}"),
        ({"rollback": ["a"], "state": ["b"]}, r"rollback must name \{revision\}"),
        ({"restart": ["a"], "probe": ["b"]}, r"probe must name \{action_id\}"),
        ({"scale": ["a", "{replicas}"]}, "scale and rollback need state"),
        ({"restart": ["a"], "exit_nothing_done": [0]}, "greater than or equal to 1"),
        ({"restart": ["a"], "environment": ["A=b"]}, "pattern"),
        ({"restart": ["a"], "shell": True}, "not permitted"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CommandOptions.model_validate(options)
