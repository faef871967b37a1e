"""The options of Slack, as the config gives them."""

import pytest
from pydantic import ValidationError

from bot.chat.slack import Slack, SlackOptions


def test_the_address_is_slacks_own_unless_set() -> None:
    assert SlackOptions(channel="C0123456789").api_url == "https://slack.com/api/"


@pytest.mark.parametrize(
    "options",
    [
        {"channel": "#ops"},
        {"channel": "ops"},
        {"channel": "D0123"},
        {"channel": "c0123"},
        {},
        {"channel": "C0123", "chanel": "x"},
        {"channel": "C0123", "api_url": "slack.com"},
    ],
)
def test_wrong_options_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SlackOptions.model_validate(options)


def test_before_listening_the_way_in_is_not_open() -> None:
    assert "not open yet" in Slack(SlackOptions(channel="C1"), "xoxb-1", "xapp-1").trouble
