import logging

import pytest

from bot.chat.telegram_room import Room


@pytest.mark.parametrize(("topic", "thread"), [(None, None), (1, None), (5, 5)])
def test_the_general_topic_is_never_named(topic: int | None, thread: int | None) -> None:
    assert Room(-1, topic).thread(-1) == thread


def test_another_chat_has_not_our_topic() -> None:
    assert Room(-1, 5).thread(-2) is None


def test_a_move_is_remembered_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    room = Room(-1)
    with caplog.at_level(logging.WARNING):
        room.move(-1, -100)
        room.move(-1, -100)
    assert room.chat == -100
    assert len(caplog.records) == 1
    assert "set chat.telegram.chat to -100" in room.note


def test_the_move_of_another_chat_is_not_ours() -> None:
    room = Room(-1)
    room.move(-7, -100)
    assert (room.chat, room.note) == (-1, "")
