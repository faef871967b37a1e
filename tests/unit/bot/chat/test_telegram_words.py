from typing import Any

import pytest
from telegram import Message, User

from bot.chat.telegram_words import said, thread_of, why, words_of
from tests.strict.telegram_html import parse

ME = User(4242, "Steward", is_bot=True, username="OurBot")
ADA = {"id": 1001, "is_bot": False, "first_name": "Ada"}
OURS: dict[str, Any] = {"from": ME.to_dict(), "text": "🔴 payments"}
MADE = {"forum_topic_created": {"name": "payments", "icon_color": 1}}


def heard(text: str, kind: str = "supergroup", replied: dict[str, Any] | None = None, topic: int = 0) -> Message:
    """A message from Ada, in reply to another if given."""
    base: dict[str, Any] = {"date": 1_700_000_000, "chat": {"id": -7, "type": kind, "title": "Operations"}}
    if topic:
        base |= {"message_thread_id": topic, "is_topic_message": True}
    data = base | {"message_id": 12, "from": ADA, "text": text}
    if (at := text.find("@")) >= 0:
        start = len(text[:at].encode("utf-16-le")) // 2
        data["entities"] = [{"type": "mention", "offset": start, "length": len(text[at:].split(maxsplit=1)[0])}]
    if replied is not None:
        data["reply_to_message"] = base | {"message_id": 5} | replied
    message = Message.de_json(data, None)
    assert message is not None
    return message


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
def test_which_commands_are_for_us(text: str, private: bool, words: tuple[str, ...]) -> None:
    assert words_of(text, "OurBot", private=private) == words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (heard("/show 3f2a"), ("show", "3f2a")),
        (heard("@OurBot Show 3f2a"), ("show", "3f2a")),
        (heard("🙈🙈 @ourbot why is it slow"), ("help",)),
        (heard("🙈🙈 @ourbot is it slow", replied=OURS), ("ask", "🙈🙈", "is", "it", "slow")),
        (heard("is it slow", replied=OURS), ("ask", "is", "it", "slow")),
        (heard("@OurBot", replied=OURS), ("help",)),
        (heard("@OurBot what now", replied=OURS | MADE, topic=9), ("ask", "what", "now")),
        (heard("what now", replied=OURS | MADE, topic=9), ()),
        (heard("@OurBot what now", replied={"from": ADA} | MADE, topic=9), ("help",)),
        (heard("@OtherBot show"), ()),
        (heard("status"), ()),
        (heard("  "), ()),
        (heard("Status", "private"), ("status",)),
        (heard("hello there", "private"), ("help",)),
        (heard("hello there", "private", OURS), ("ask", "hello", "there")),
    ],
)
def test_what_a_message_says_to_us(message: Message, words: tuple[str, ...]) -> None:
    assert said(message, ME, thread_of(message, ME)) == words


def test_a_person_without_a_username_mentions_by_a_link() -> None:
    data = heard("Steward status").to_dict()
    data["entities"] = [{"type": "text_mention", "offset": 0, "length": 7, "user": ME.to_dict()}]
    message = Message.de_json(data, None)
    assert message is not None
    assert said(message, ME, "") == ("status",)


@pytest.mark.parametrize(
    ("message", "thread"),
    [
        (heard("x"), ""),
        (heard("x", replied=OURS), "-7:5"),
        (heard("x", replied={"from": ADA, "text": "y"}), ""),
        (heard("x", replied=OURS, topic=9), "-7:5"),
        (heard("x", replied={"from": ADA, "text": "y"}, topic=9), "-7:9:"),
        (heard("x", replied=OURS | MADE, topic=9), "-7:9:"),
        (heard("x", replied={"from": ADA} | MADE, topic=9), ""),
        (heard("x", topic=9), "-7:9:"),
    ],
)
def test_which_thread_a_message_is_in(message: Message, thread: str) -> None:
    assert thread_of(message, ME) == thread


@pytest.mark.parametrize(
    "name", ["Ada", "Ada <b> & Co\n\nproposal 000000000000", "\u202e\u200f", "x" * 300, "@channel"]
)
def test_the_reason_finds_its_proposal_whatever_a_person_is_called(name: str) -> None:
    question = parse(why(User(1001, name, is_bot=False), "abcdef012345"))
    assert question.entities[0].value == "tg://user?id=1001"
    message = heard("it is the wrong hour", replied=OURS | {"text": question.text})
    assert said(message, ME, "-7:5") == ("reason", "abcdef012345", "it", "is", "the", "wrong", "hour")


def test_a_question_that_somebody_else_wrote_is_none_of_ours() -> None:
    text = parse(why(User(1001, "Ada", is_bot=False), "abcdef012345")).text
    assert said(heard("because", replied={"from": ADA, "text": text}), ME, "") == ()
