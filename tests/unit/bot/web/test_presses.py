"""How presses of buttons are named."""

from bot.web import presses
from bot.web.door import OWNER


def test_a_press_is_known_again_by_its_key_and_only_by_it() -> None:
    assert presses.name(OWNER, "press-001", "3f2a", "ack") == "web/owner/3f2a/ack/press-001"
    assert presses.name(OWNER, None, "3f2a", "ack") != presses.name(OWNER, None, "3f2a", "ack")


def test_a_command_is_named_by_what_it_is_about_and_not_by_its_length() -> None:
    made = presses.command(OWNER, "press-001", "silence", "3f2a", "2h", *["word"] * 90)
    assert (made.id, made.words[:3], made.private) == (
        "web/owner/silence/3f2a/press-001",
        ("silence", "3f2a", "2h"),
        False,
    )
