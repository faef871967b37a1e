from collections.abc import Awaitable

import pytest
from telegram.error import BadRequest, ChatMigrated, NetworkError, TelegramError

from bot.chat.telegram_calls import Calls
from bot.chat.telegram_errors import TopicError, Words
from bot.chat.telegram_room import Room
from bot.domain.errors import ChatError


@pytest.fixture
def room() -> Room:
    return Room(-1)


@pytest.fixture
def calls(room: Room) -> Calls:
    return Calls(room, Words("4242:SECRET", "http://127.0.0.1"))


async def ended(error: TelegramError | None = None) -> str:
    if error is not None:
        raise error
    return "done"


async def refused(call: Awaitable[object]) -> ChatError:
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value


async def test_a_refusal_stands_until_a_call_succeeds(calls: Calls) -> None:
    assert (await refused(calls(-1, ended(BadRequest("Chat not found")), sends=True))).permanent
    assert "add the bot to the chat" in calls.refusal
    await refused(calls(-1, ended(NetworkError("away")), sends=True))
    assert calls.refusal
    assert await calls(-1, ended(), sends=True) == "done"
    assert calls.refusal == ""


@pytest.mark.parametrize("words", ["Topic_closed", "TOPIC_DELETED", "Topic_id_invalid", "Message thread not found"])
async def test_a_lost_topic_is_known_in_any_case(calls: Calls, words: str) -> None:
    assert isinstance(await refused(calls(-1, ended(BadRequest(words)), sends=True)), TopicError)


@pytest.mark.parametrize(
    ("error", "changed"),
    [(None, True), (BadRequest("Message is not modified: same"), False), (BadRequest("Topic_not_modified"), False)],
)
async def test_what_is_so_already_is_done(calls: Calls, error: TelegramError | None, changed: bool) -> None:
    assert await calls.change(-1, ended(error)) is changed


async def test_a_move_is_passed_on(calls: Calls, room: Room) -> None:
    assert (await refused(calls.change(-1, ended(ChatMigrated(-100))))).gone
    assert room.chat == -100
