import re

import pytest

from bot.chat.telegram_handlers import COMMANDS, words_of


@pytest.mark.parametrize(
    ("text", "private", "words"),
    [
        ("/status", False, ("status",)),
        ("/STATUS@OurBot", False, ("status",)),
        ("/show 3f2a", False, ("show", "3f2a")),
        ("/show@ourbot  3f2a\nnow", False, ("show", "3f2a", "now")),
        ("/status@OtherBot", False, ()),
        ("/ban somebody", False, ()),
        ("/ban@OurBot somebody", False, ("ban", "somebody")),
        ("/ban", True, ("ban",)),
        ("/start", True, ("help",)),
    ],
)
def test_which_words_are_for_us(text: str, private: bool, words: tuple[str, ...]) -> None:
    assert words_of(text, "OurBot", private=private) == words


def test_the_menu_is_one_that_telegram_takes() -> None:
    assert all(re.fullmatch("[a-z0-9_]{1,32}", word) and 1 <= len(about) <= 256 for word, about in COMMANDS.items())
