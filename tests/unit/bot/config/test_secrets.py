from pathlib import Path

import pytest

from bot.config.secrets import Secrets
from bot.domain.errors import ConfigError


def test_a_secret_comes_from_the_environment_or_from_the_file_it_names(tmp_path: Path) -> None:
    kept = tmp_path / "token"
    kept.write_text(" xoxb-9 \n", encoding="utf-8")
    secrets = Secrets(
        {"A": "xoxb-1", "B_FILE": str(kept), "C": "", "C_FILE": str(kept), "D": "x", "D_FILE": "/nowhere"}
    )
    assert [secrets[name] for name in "ABCD"] == ["xoxb-1", "xoxb-9", "xoxb-9", "x"]
    assert secrets.need("B", "chat.slack") == "xoxb-9"
    assert "B" in secrets
    assert "E" not in secrets
    assert secrets.get("E", "none") == "none"


@pytest.mark.parametrize("environment", [{}, {"SLACK_BOT_TOKEN": ""}, {"SLACK_BOT_TOKEN": "  "}])
def test_a_missing_secret_says_who_needs_it_and_how_to_give_it(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as caught:
        Secrets(environment).need("SLACK_BOT_TOKEN", "chat.slack")
    assert str(caught.value) == (
        "SLACK_BOT_TOKEN is not set, and chat.slack needs it: export SLACK_BOT_TOKEN=..., or SLACK_BOT_TOKEN_FILE=path"
    )


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "token"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing", tmp_path, binary):
        with pytest.raises(ConfigError, match=f"^TOKEN_FILE: {path} cannot be read: ") as caught:
            Secrets({"TOKEN_FILE": str(path)}).need("TOKEN", "chat.telegram")
        assert "\n" not in str(caught.value)


def test_words_about_secrets_show_none() -> None:
    secrets = Secrets({"TOKEN": "xoxb-1"})
    assert "xoxb" not in f"{secrets} {secrets!r}"
    assert (len(secrets), list(secrets)) == (1, ["TOKEN"])
