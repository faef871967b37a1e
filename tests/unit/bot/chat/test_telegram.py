"""Options and construction; the rest is tried over sockets in tests/contracts/test_telegram_over_sockets.py."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.chat.telegram import Telegram, TelegramOptions
from bot.domain.errors import ConfigError
from bot.ports import Chat


def test_the_options_have_telegrams_own_address() -> None:
    assert TelegramOptions(chat=-1).api_url == "https://api.telegram.org"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"chat": 1, "topics": "all"},
        {"chat": 1, "topic": 5, "topics": "incident"},
        {"chat": "x"},
        {"chat": 1, "topic": 0},
        {"chat": 1, "chanel": 2},
        {"chat": 1, "api_url": "api.telegram.org"},
    ],
)
def test_bad_options_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TelegramOptions(**values)


@pytest.mark.parametrize("token", ["", "  ", "12 3:abc", "123:a/b", "123:abc\nx", "123:abc?"])
async def test_a_token_that_cannot_be_one_is_refused_without_saying_it(token: str) -> None:
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN") as caught:
        Telegram(TelegramOptions(chat=1), token)
    assert not token.strip() or token not in str(caught.value)


async def test_one_that_never_connected_closes() -> None:
    telegram: Chat = Telegram(TelegramOptions(chat=1), "123:abc\n")
    assert (telegram.surface, telegram.trouble) == ("telegram", "")
    await telegram.close()
