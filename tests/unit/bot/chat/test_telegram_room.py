import logging

import pytest

from bot.chat.telegram_room import Room, Spot
from bot.domain.errors import ChatError


@pytest.mark.parametrize(
    ("spot", "ref"),
    [
        (Spot(-1001, None, 12), "-1001:12"),
        (Spot(-1001, 7, 12), "-1001:#7:12"),
        (Spot(-1001, 7, 12, own=True), "-1001:7:12"),
    ],
)
def test_a_ref_is_read_as_it_was_written(spot: Spot, ref: str) -> None:
    assert str(spot) == ref
    assert Spot.read(ref) == spot


@pytest.mark.parametrize(
    ("place", "spot", "thread"),
    [
        ("", Spot(-1), 5),
        ("-1", Spot(-1), 5),
        ("-1:1", Spot(-1, 1), None),
        ("-1:8", Spot(-1, 8), 8),
        ("-2", Spot(-2), None),
        ("-2:8", Spot(-2, 8), 8),
    ],
)
def test_a_place_has_its_topic_and_general_is_never_named(place: str, spot: Spot, thread: int | None) -> None:
    room = Room(-1, 5)
    assert room.place(place) == spot
    assert room.thread(spot) == thread


@pytest.mark.parametrize("topic", [None, 1])
def test_without_a_topic_none_is_named(topic: int | None) -> None:
    assert Room(-1, topic).thread(Spot(-1)) is None


@pytest.mark.parametrize("place", ["#ops", "-1:", "-1:x", ":"])
def test_what_is_no_place_is_refused(place: str) -> None:
    room = Room(-1)
    if place == "-1:":
        assert room.place(place) == Spot(-1)
    else:
        with pytest.raises(ChatError, match="no place in Telegram") as caught:
            room.place(place)
        assert caught.value.permanent


def test_a_move_is_remembered_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    room = Room(-1)
    with caplog.at_level(logging.WARNING):
        room.move(-1, -100)
        room.move(-1, -100)
    assert room.place() == Spot(-100)
    assert room.knows(-100)
    assert len(caplog.records) == 1
    assert "set chat.telegram.chat to -100" in room.note


def test_a_place_that_moved_is_followed(caplog: pytest.LogCaptureFixture) -> None:
    room = Room(-1)
    room.place("-7:3")
    room.move(-7, -100)
    assert room.place("-7:3") == Spot(-100, 3)
    assert room.chat == -1
    assert "telling" in room.note


def test_the_move_of_another_chat_is_not_ours() -> None:
    room = Room(-1)
    room.move(-7, -100)
    assert (room.chat, room.note, room.knows(-7)) == (-1, "", False)
