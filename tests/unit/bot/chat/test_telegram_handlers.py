"""What the handlers say by themselves; the rest is tried over sockets in tests/contracts."""

import pytest

from bot.chat.telegram_handlers import ANSWER_UNITS, BROKEN, ELSEWHERE, NOT_READY, OLD_BUTTON
from bot.chat.telegram_html import units


@pytest.mark.parametrize("text", [OLD_BUTTON, NOT_READY, BROKEN])
def test_what_answers_a_click_is_said_in_full(text: str) -> None:
    assert units(text) <= ANSWER_UNITS


def test_another_chat_learns_its_id() -> None:
    assert "-1001" in ELSEWHERE.format(chat=-1001)
