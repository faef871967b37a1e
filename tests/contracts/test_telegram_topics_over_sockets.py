"""A topic for each incident, over real loopback sockets."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.chat.telegram import Telegram, TelegramOptions
from bot.domain.card import Button, Card
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_desk import NotingDesk
from tests.standins.telegram_harness import CARD, FAST, GROUP, listening, refusal
from tests.standins.telegram_world import Room

GENERAL = Card("info", "Digest: 3 incidents", buttons=(Button("retune", "Tune", "payments"),))
INCIDENT = replace(CARD, title="payments: " + "x" * 300, buttons=(Button("ack", "Ack", "1a2b"), *CARD.buttons))
OVER = replace(INCIDENT, tone="good", title="payments: well again", buttons=(Button("harmless", "No", "1a2b"),))
FACT = Card("info", "Ada looks after it")


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as standin:
        room = Room(GROUP, topics={9: True}, status="administrator", rights=frozenset({"can_manage_topics"}))
        standin.world.add(room)
        yield standin


def made(server: TelegramStandIn) -> Telegram:
    return Telegram(TelegramOptions(chat=GROUP, topics="incident", api_url=server.url), TOKEN, FAST)


@pytest.fixture
async def chat(server: TelegramStandIn) -> AsyncIterator[Telegram]:
    telegram = made(server)
    yield telegram
    await telegram.close()


def own(server: TelegramStandIn) -> int:
    (topic,) = server.world.rooms[GROUP].made
    return topic


async def test_an_incident_has_its_topic_from_the_first_message_to_the_last(
    chat: Telegram, server: TelegramStandIn
) -> None:
    room = server.world.rooms[GROUP]
    ref = await chat.post(INCIDENT)
    topic = own(server)
    assert ref == f"{GROUP}:{topic}:{server.world.seen(GROUP)[0].id}"
    assert (len(room.names[topic]), room.colours[topic]) == (128, 0xFB6F5F)
    assert (await chat.reply(ref, FACT)).startswith(f"{GROUP}:{topic}:")
    await chat.edit(ref, OVER)
    await chat.edit(ref, replace(OVER, footer="Ada said: helpful"))
    assert (room.names[topic], room.topics[topic]) == ("✅ payments: well again", False)
    await chat.reply(ref, FACT)
    await chat.edit(ref, INCIDENT)
    assert (room.names[topic][:9], room.topics[topic]) == ("payments:", True)
    assert [said.thread for said in server.world.seen(GROUP)] == [topic] * 3
    assert len(server.called("closeForumTopic")) == 1
    assert chat.trouble == ""


async def test_a_topic_that_closed_before_a_restart_is_opened_again(chat: Telegram, server: TelegramStandIn) -> None:
    room, ref = server.world.rooms[GROUP], await chat.post(INCIDENT)
    await chat.edit(ref, OVER)
    again = made(server)
    await again.edit(ref, INCIDENT)
    await again.edit(ref, replace(INCIDENT, footer="more"))
    await again.close()
    assert (room.names[own(server)][:9], room.topics[own(server)]) == ("payments:", True)
    assert len(server.called("reopenForumTopic")) == 1


async def test_what_is_no_incident_and_what_has_its_place_makes_no_topic(
    chat: Telegram, server: TelegramStandIn
) -> None:
    await chat.post(GENERAL)
    ref = await chat.post(INCIDENT, f"{GROUP}:9")
    await chat.reply(ref, FACT)
    await chat.edit(ref, OVER)
    assert [said.thread for said in server.world.seen(GROUP)] == [None, 9, 9]
    assert server.called("createForumTopic") == server.called("closeForumTopic") == []


async def test_a_topic_whose_message_did_not_arrive_is_taken_again(chat: Telegram, server: TelegramStandIn) -> None:
    for code in (429, 500):
        server.fail("sendMessage", code, "not now")
        assert not (await refusal(chat.post(INCIDENT))).permanent
    await chat.post(INCIDENT)
    assert server.world.seen(GROUP)[0].thread == own(server)


async def test_a_lost_answer_makes_no_heap_of_topics(chat: Telegram, server: TelegramStandIn) -> None:
    server.drop("createForumTopic")
    assert await chat.post(INCIDENT) == await_ref(server)
    assert server.world.seen(GROUP)[0].thread is None
    assert "told in the chat itself" in chat.trouble


def await_ref(server: TelegramStandIn) -> str:
    return f"{GROUP}:{server.world.seen(GROUP)[-1].id}"


def no_right(room: Room) -> None:
    room.rights = frozenset()


def no_forum(room: Room) -> None:
    room.topics = {}


@pytest.mark.parametrize(("spoil", "mend"), [(no_right, "can_manage_topics"), (no_forum, "turn topics on")])
async def test_without_topics_the_chat_itself_is_told_until_there_are_some(
    chat: Telegram, server: TelegramStandIn, spoil: Callable[[Room], None], mend: str
) -> None:
    room = server.world.rooms[GROUP]
    spoil(room)
    assert await chat.post(INCIDENT) == await_ref(server)
    assert mend in chat.trouble
    assert "told in the chat itself" in chat.trouble
    assert "\n" not in chat.trouble
    room.topics, room.rights = {9: True}, frozenset({"can_manage_topics"})
    await chat.post(INCIDENT)
    assert server.world.seen(GROUP)[1].thread == own(server)
    assert chat.trouble == ""


def delete(room: Room) -> None:
    room.topics = {9: True}


def close(room: Room) -> None:
    room.topics, room.rights = dict.fromkeys(room.topics, False), frozenset()


@pytest.mark.parametrize("spoil", [delete, close])
async def test_a_fact_of_a_lost_topic_is_said_in_the_chat_itself(
    chat: Telegram, server: TelegramStandIn, spoil: Callable[[Room], None]
) -> None:
    ref = await chat.post(INCIDENT)
    spoil(server.world.rooms[GROUP])
    assert await chat.reply(ref, FACT) == await_ref(server)
    assert (server.world.seen(GROUP)[1].thread, server.world.seen(GROUP)[1].reply_to) == (None, None)
    assert "deleted or closed" in chat.trouble


async def test_a_deleted_topic_is_made_once_only(chat: Telegram, server: TelegramStandIn) -> None:
    ref = await chat.post(INCIDENT)
    delete(server.world.rooms[GROUP])
    server.world.messages.clear()
    assert (await refusal(chat.edit(ref, INCIDENT))).gone
    assert await chat.post(INCIDENT) == await_ref(server)
    assert len(server.called("createForumTopic")) == 1


@pytest.mark.parametrize("method", ["editForumTopic", "closeForumTopic"])
async def test_a_topic_that_could_not_be_closed_is_closed_later(
    chat: Telegram, server: TelegramStandIn, method: str
) -> None:
    ref = await chat.post(INCIDENT)
    server.fail(method, 429, "Too Many Requests: retry after 3", retry_after=3)
    assert (await refusal(chat.edit(ref, OVER))).retry_after == 3.0
    await chat.edit(ref, OVER)
    assert server.world.rooms[GROUP].topics[own(server)] is False


async def test_words_in_a_topic_of_ours_are_about_its_incident(chat: Telegram, server: TelegramStandIn) -> None:
    desk = NotingDesk()
    await chat.post(INCIDENT)
    async with listening(chat, desk):
        await server.act(lambda: server.world.say(GROUP, "@StewardTestBot since when?", thread=own(server)))
        await server.until(lambda: desk.commands)
    assert (desk.commands[0].words, desk.commands[0].thread) == (("ask", "since", "when?"), f"{GROUP}:{own(server)}:")
