"""Pictures in Telegram, and the faults of every method, over real loopback sockets."""

import struct
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.chat.telegram import Telegram
from bot.domain.card import Card, Image
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_harness import CARD, FAST, GROUP, TOPIC, refusal, surface
from tests.standins.telegram_world import Room
from tests.strict.shapes import units

HEAD = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 900, 600)
IMAGE = Image(HEAD + b"one", "payments: errors", "31% at 14:03")
LATER = replace(IMAGE, png=HEAD + b"two")


async def test_a_picture_replies_to_the_root_and_is_replaced_in_place(chat: Telegram, server: TelegramStandIn) -> None:
    root = await chat.post(CARD)
    ref = await chat.picture(root, IMAGE, "")
    for image in (LATER, LATER):
        assert await chat.picture(root, image, ref) == ref
    shown = server.world.seen(GROUP, TOPIC)[1]
    assert (shown.photo, shown.edits, f"{GROUP}:{shown.reply_to}") == (LATER.png, 1, root)


async def test_a_picture_that_was_deleted_is_sent_anew(chat: Telegram, server: TelegramStandIn) -> None:
    root = await chat.post(CARD)
    ref = await chat.picture(root, IMAGE, "")
    server.world.messages.pop()
    assert await chat.picture(root, LATER, ref) != ref
    assert server.world.seen(GROUP, TOPIC)[1].photo == LATER.png


async def test_a_picture_keeps_the_topic_of_its_place(chat: Telegram, server: TelegramStandIn) -> None:
    server.world.add(Room(-77, topics={3: True}))
    root = await chat.post(CARD, "-77:3")
    await chat.reply(root, CARD)
    await chat.picture(root, IMAGE, "")
    assert [said.thread for said in server.world.seen(-77)] == [3, 3, 3]


async def test_a_slow_answer_to_a_picture_may_have_been_sent(server: TelegramStandIn) -> None:
    async with surface(server, replace(FAST, read=1.0)) as chat:
        root = await chat.post(CARD)
        release = server.hold("sendPhoto")
        assert (await refusal(chat.picture(root, IMAGE, ""))).maybe_sent
        release.set()


async def test_the_longest_caption_is_taken(chat: Telegram, server: TelegramStandIn) -> None:
    root = await chat.post(CARD)
    await chat.picture(root, Image(IMAGE.png, "<b>🙈" * 500, "&🙈" * 5_000), "")
    assert units(server.world.seen(GROUP)[1].text) <= 1024


Calls = dict[str, Callable[[Telegram, str, str], Awaitable[object]]]
CALLS: Calls = {
    "sendMessage": lambda chat, root, _: chat.reply(root, CARD),
    "editMessageText": lambda chat, root, _: chat.edit(root, Card("good", "over")),
    "sendPhoto": lambda chat, root, _: chat.picture(root, IMAGE, ""),
    "editMessageMedia": lambda chat, root, picture: chat.picture(root, LATER, picture),
}


@pytest.mark.parametrize("method", CALLS)
async def test_every_method_says_how_long_to_wait(chat: Telegram, server: TelegramStandIn, method: str) -> None:
    root = await chat.post(CARD)
    picture = await chat.picture(root, IMAGE, "")
    server.fail(method, 429, "Too Many Requests: retry after 17", retry_after=17)
    error = await refusal(CALLS[method](chat, root, picture))
    assert (error.retry_after, error.permanent, error.maybe_sent) == (17.0, False, False)
    await CALLS[method](chat, root, picture)


@pytest.mark.parametrize("method", CALLS)
async def test_every_method_shows_that_the_bot_was_put_out(
    chat: Telegram, server: TelegramStandIn, method: str
) -> None:
    root = await chat.post(CARD)
    picture = await chat.picture(root, IMAGE, "")
    server.world.rooms[GROUP].status = "kicked"
    assert (await refusal(CALLS[method](chat, root, picture))).permanent
    assert "add the bot to the chat again" in chat.trouble
    server.world.rooms[GROUP].status = "member"
    await CALLS[method](chat, root, picture)
    assert chat.trouble == ""


async def test_an_outage_leaves_each_message_once(chat: Telegram, server: TelegramStandIn) -> None:
    root = await chat.post(CARD)
    picture = await chat.picture(root, IMAGE, "")
    server.down = True
    for call in CALLS.values():
        assert not (await refusal(call(chat, root, picture))).permanent
    server.down = False
    for call in CALLS.values():
        await call(chat, root, picture)
    assert len(server.world.seen(GROUP)) == 4
    assert chat.trouble == ""


async def test_a_place_that_moved_is_followed(chat: Telegram, server: TelegramStandIn) -> None:
    server.world.add(Room(-77, type="group"))
    ref = await chat.post(CARD, "-77")
    server.world.migrate(-77, -1077, quietly=True)
    assert (await chat.post(CARD, "-77")).startswith("-1077:")
    assert (await refusal(chat.edit(ref, Card("good", "over")))).gone
    assert "-1077" in chat.trouble
    assert (await chat.post(CARD)).startswith(f"{GROUP}:")


async def test_what_is_no_place_is_one_clear_line(chat: Telegram) -> None:
    error = await refusal(chat.post(CARD, "#ops"))
    assert error.permanent
    assert "write a chat's id" in str(error)


async def test_a_person_who_blocked_the_bot_is_told_how_to_be_reached(chat: Telegram, server: TelegramStandIn) -> None:
    server.world.add(Room(1001, type="private", status="kicked"))
    assert "press Start" in str(await refusal(chat.post(CARD, "1001")))
