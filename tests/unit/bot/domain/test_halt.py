import pytest

from bot.domain.halt import Stop


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "all actions are stopped by Ada (Slack)"),
        ("we migrate the database", "all actions are stopped by Ada (Slack): we migrate the database"),
    ],
)
def test_a_stop_says_who_and_why(reason: str, sentence: str) -> None:
    assert Stop("slack:U1", "Ada (Slack)", 5.0, reason).sentence == sentence
