"""Posting to Telegram: the surface against the stand-in of the Bot API, over real loopback sockets."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.chat.telegram import Telegram, TelegramOptions
from bot.domain.card import Card
from bot.ports import Chat
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_desk import NotingDesk
from tests.standins.telegram_harness import CARD, FAST, GROUP, TOPIC, listening, refusal, surface
from tests.standins.telegram_world import Room


async def test_a_thread_is_a_message_and_replies_to_it_in_the_topic(chat: Chat, server: TelegramStandIn) -> None:
    ref = await chat.post(CARD)
    await chat.edit(ref, replace(CARD, title="payments is well again", buttons=()))
    await chat.reply(ref, Card("good", "verified"))
    root, reply = server.world.seen(GROUP, TOPIC)
    assert ref == f"{GROUP}:{root.id}"
    assert root.text.startswith("🔴 payments is well again")
    assert "boom <b>" in root.text
    assert (root.edits, root.buttons) == (1, [])
    assert (reply.reply_to, reply.text) == (root.id, "🟢 verified")


async def test_the_general_topic_is_left_out_of_calls(server: TelegramStandIn) -> None:
    async with surface(server, topic=1) as chat:
        await chat.post(CARD)
    assert "message_thread_id" not in server.called("sendMessage")[0]


async def test_an_edit_that_changes_nothing_is_done(chat: Telegram) -> None:
    ref = await chat.post(CARD)
    await chat.edit(ref, CARD)
    assert chat.trouble == ""


async def test_a_reply_to_a_deleted_root_stands_alone(chat: Chat, server: TelegramStandIn) -> None:
    ref = await chat.post(CARD)
    server.world.messages.clear()
    await chat.reply(ref, CARD)
    assert server.world.seen(GROUP, TOPIC)[0].reply_to is None


async def test_a_deleted_message_is_gone(chat: Chat, server: TelegramStandIn) -> None:
    ref = await chat.post(CARD)
    server.world.messages.clear()
    assert (await refusal(chat.edit(ref, CARD))).gone


async def test_too_many_requests_tells_how_long_to_wait(chat: Chat, server: TelegramStandIn) -> None:
    server.fail("sendMessage", 429, "Too Many Requests: retry after 17", retry_after=17)
    error = await refusal(chat.post(CARD))
    assert (error.retry_after, error.permanent, error.maybe_sent) == (17.0, False, False)
    assert await chat.post(CARD)


async def test_a_lost_answer_may_have_been_sent_and_is_not_sent_twice(chat: Chat, server: TelegramStandIn) -> None:
    server.drop("sendMessage")
    assert (await refusal(chat.post(CARD))).maybe_sent
    assert len(server.world.seen(GROUP)) == 1


async def test_a_slow_answer_may_have_been_sent(server: TelegramStandIn) -> None:
    async with surface(server, replace(FAST, read=0.1)) as chat:
        release = server.hold("sendMessage")
        assert (await refusal(chat.post(CARD))).maybe_sent
        release.set()


async def test_a_lost_answer_to_an_edit_may_be_repeated(chat: Chat, server: TelegramStandIn) -> None:
    ref = await chat.post(CARD)
    server.drop("editMessageText")
    error = await refusal(chat.edit(ref, Card("good", "over")))
    assert (error.maybe_sent, error.permanent, error.gone) == (False, False, False)
    await chat.edit(ref, Card("good", "over"))


async def test_a_refused_connection_was_surely_not_sent(chat: Chat, server: TelegramStandIn) -> None:
    await server.stop()
    error = await refusal(chat.post(CARD))
    assert (error.maybe_sent, error.permanent) == (False, False)
    assert server.url in str(error)
    await server.start()
    assert await chat.post(CARD)


async def test_a_server_that_is_down_can_be_tried_again(chat: Chat, server: TelegramStandIn) -> None:
    server.down = True
    error = await refusal(chat.post(CARD))
    assert (error.maybe_sent, error.permanent, error.gone) == (False, False, False)


def close_topic(room: Room) -> None:
    room.topics[TOPIC] = False


def lose_topic(room: Room) -> None:
    room.topics = {9: True}


def kick(room: Room) -> None:
    room.status = "kicked"


def silence(room: Room) -> None:
    room.may_send = False


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (close_topic, "the topic is closed"),
        (lose_topic, "chat.telegram.topic"),
        (kick, "add the bot to the chat again"),
        (silence, "let the bot send messages"),
    ],
)
async def test_a_chat_that_refuses_shows_as_trouble_with_its_mend(
    chat: Telegram, server: TelegramStandIn, spoil: Callable[[Room], None], words: str
) -> None:
    room = server.world.rooms[GROUP]
    spoil(room)
    error = await refusal(chat.post(CARD))
    assert error.permanent
    assert not error.gone
    assert words in str(error)
    assert chat.trouble == str(error)
    room.status, room.may_send, room.topics = "member", True, {TOPIC: True}
    await chat.post(CARD)
    assert chat.trouble == ""


async def test_a_chat_that_moved_is_followed_and_old_messages_are_gone(chat: Telegram, server: TelegramStandIn) -> None:
    server.world.rooms[GROUP].topics = {}
    old = await surface_without_topic(server)
    ref = await old.post(CARD)
    server.world.migrate(GROUP, -1002, quietly=True)
    server.world.rooms[-1002].topics = {}
    assert (await old.post(CARD)).startswith("-1002:")
    assert (await refusal(old.edit(ref, CARD))).gone
    assert (await refusal(old.reply(ref, CARD))).gone
    assert "set chat.telegram.chat to -1002" in old.trouble
    await old.close()


async def surface_without_topic(server: TelegramStandIn) -> Telegram:
    return Telegram(TelegramOptions(chat=GROUP, api_url=server.url), TOKEN, FAST)


async def test_the_token_is_in_no_message_and_no_log(server: TelegramStandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "4242:wrong-SECRET"
    texts: list[str] = []
    async with surface(server, token=wrong) as chat:
        error = await refusal(chat.post(CARD))
        texts += [str(error), repr(error.__cause__), repr(error.__context__), str(await refusal(chat.check()))]
        async with listening(chat, NotingDesk()):
            await server.until(lambda: chat.trouble)
            texts.append(chat.trouble)
        await server.stop()
        texts.append(str(await refusal(chat.post(CARD))))
    assert "SECRET" not in "".join(texts) + caplog.text
    assert all(text.count("\n") == 0 for text in texts)
    await server.start()
