import re
from collections.abc import Mapping

import pytest

from bot.chat.telegram_html import units
from bot.chat.telegram_menu import COMMANDS, LANGUAGES
from bot.flow.answer import HELP
from bot.flow.desk import CHANGES

INNER = frozenset({"reason", "retune"})
"""What only buttons and questions say."""


def test_all_that_is_understood_is_in_the_menu() -> None:
    assert set(COMMANDS) == ({words.split()[0] for words in HELP} | CHANGES) - INNER


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_is_one_that_telegram_takes(language: str) -> None:
    words: Mapping[str, str] = LANGUAGES[language]
    assert list(words) == list(COMMANDS)
    assert len(words) <= 100
    assert all(re.fullmatch("[a-z0-9_]{1,32}", word) for word in words)
    assert all(1 <= units(about) <= 256 for about in words.values())
