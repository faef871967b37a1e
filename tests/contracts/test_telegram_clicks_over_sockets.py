"""Clicks and commands in Telegram reach the desk and are answered, over real loopback sockets."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.telegram import Telegram
from bot.domain.card import Button, Card
from bot.domain.people import Answer
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_desk import LOCKED, NotingDesk
from tests.standins.telegram_harness import CARD, FAST, GROUP, TOPIC, listening, serving, surface


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandIn]:
    async with serving() as standin:
        yield standin


@pytest.fixture
async def chat(server: TelegramStandIn) -> AsyncIterator[Telegram]:
    async with surface(server) as telegram:
        yield telegram


@pytest.fixture
async def desk(chat: Telegram, server: TelegramStandIn) -> AsyncIterator[NotingDesk]:
    desk = NotingDesk()
    async with listening(chat, desk):
        await server.until(lambda: server.called("getUpdates"))
        yield desk


async def test_a_click_reaches_the_desk_and_is_answered(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn
) -> None:
    await chat.post(CARD)
    root = server.world.seen(GROUP)[0]
    press = await server.act(lambda: server.world.press(root, "Approve", user=1001, name="Ada"))
    await server.until(lambda: press.answered)
    (click,) = desk.clicks
    assert (click.verb, click.subject, click.digest) == ("approve", "abcdef012345", "d" * 32)
    assert click.person.identity == "telegram:1001"
    assert (press.text, press.alert) == ("Approved", False)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer("x" * 500, accepted=False), "x" * 199 + "…"),
        (Answer("by \u202eAda\x1b <b> &amp; @channel", accepted=False), "by Ada\ufffd <b> &amp; @\u2060channel"),
        (LOCKED, str(LOCKED)),
        (ZeroDivisionError("a bug"), "Something went wrong, and I cannot say what came of it. Look at the incident."),
    ],
)
async def test_a_refused_click_is_answered_with_an_alert(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn, answer: Answer | Exception, text: str
) -> None:
    desk.answers.append(answer)
    await chat.post(CARD)
    press = await server.act(lambda: server.world.press(server.world.seen(GROUP)[0], "Reject"))
    await server.until(lambda: press.answered)
    assert (press.text, press.alert) == (text, True)


async def test_a_replayed_click_carries_the_same_id(chat: Telegram, desk: NotingDesk, server: TelegramStandIn) -> None:
    await chat.post(CARD)
    root = server.world.seen(GROUP)[0]
    await server.act(lambda: server.world.press(root, "Approve"))
    await server.act(server.world.replay)
    await server.until(lambda: len(server.called("answerCallbackQuery")) == 2)
    await server.act(lambda: server.world.press(root, "Approve"))
    await server.until(lambda: len(server.called("answerCallbackQuery")) == 3)
    first, replayed, again = desk.clicks
    assert first.id == replayed.id != again.id


async def test_a_replayed_command_carries_the_same_id(desk: NotingDesk, server: TelegramStandIn) -> None:
    await server.act(lambda: server.world.say(GROUP, "/status"))
    await server.act(server.world.replay)
    await server.until(lambda: len(server.world.seen(GROUP)) == 2)
    assert desk.commands[0] == desk.commands[1]


async def test_an_answer_to_a_click_is_tried_twice(chat: Telegram, desk: NotingDesk, server: TelegramStandIn) -> None:
    await chat.post(CARD)
    server.fail("answerCallbackQuery", 500, "Internal Server Error")
    press = await server.act(lambda: server.world.press(server.world.seen(GROUP)[0], "Approve"))
    await server.until(lambda: press.answered)
    assert len(desk.clicks) == 1


async def test_a_button_that_is_not_ours_is_answered(chat: Telegram, desk: NotingDesk, server: TelegramStandIn) -> None:
    await chat.post(CARD)
    root = server.world.seen(GROUP)[0]
    root.buttons[0][0]["callback_data"] = "something else"
    press = await server.act(lambda: server.world.press(root, "Approve"))
    await server.until(lambda: press.answered)
    assert (press.alert, desk.clicks) == (True, [])


async def test_a_command_is_answered_where_it_was_said(desk: NotingDesk, server: TelegramStandIn) -> None:
    said = await server.act(lambda: server.world.say(GROUP, "/show@stewardtestbot 3f2a", user=7, thread=TOPIC))
    await server.until(lambda: server.world.seen(GROUP, TOPIC))
    (answer,) = server.world.seen(GROUP, TOPIC)
    assert (answer.text, answer.reply_to) == ("All is calm", said.id)
    assert desk.commands[0].words == ("show", "3f2a")
    assert desk.commands[0].person.identity == "telegram:7"


async def test_a_card_can_answer_a_command_in_private(desk: NotingDesk, server: TelegramStandIn) -> None:
    desk.answers.append(Answer("calm", card=Card("good", "All is calm")))
    await server.act(lambda: server.world.say(1001, "/status"))
    await server.until(lambda: server.world.seen(1001))
    assert server.world.seen(1001)[0].text == "🟢 All is calm"


async def test_a_button_of_an_answer_works(desk: NotingDesk, server: TelegramStandIn) -> None:
    revoke = Button("revoke", "Revoke: restart of payments", "abcdef012345", "")
    desk.answers.append(Answer("1 standing approval", card=Card("info", "1 standing approval", buttons=(revoke,))))
    await server.act(lambda: server.world.say(1001, "/standing"))
    await server.until(lambda: server.world.seen(1001))
    answer = server.world.seen(1001)[0]
    press = await server.act(lambda: server.world.press(answer, revoke.label, user=1001, name="Ada"))
    await server.until(lambda: press.answered)
    assert [(click.verb, click.subject) for click in desk.clicks] == [("revoke", "abcdef012345")]


async def test_another_group_gets_a_polite_refusal(desk: NotingDesk, server: TelegramStandIn) -> None:
    await server.act(lambda: server.world.say(-77, "/status"))
    await server.until(lambda: server.world.seen(-77))
    assert desk.commands == []
    assert "only in the chat" in server.world.seen(-77)[0].text


async def test_one_slow_answer_blocks_nobody(server: TelegramStandIn) -> None:
    async with surface(server, replace(FAST, read=20.0)) as chat, listening(chat, NotingDesk()):
        release = server.hold("sendMessage")
        await server.act(lambda: server.world.say(GROUP, "/status"))
        await server.act(lambda: server.world.say(1001, "/status"))
        await server.until(lambda: server.world.seen(1001))
        release.set()


async def test_a_handler_in_flight_is_finished_before_close_returns(server: TelegramStandIn) -> None:
    desk = NotingDesk()
    async with surface(server) as chat:
        async with listening(chat, desk):
            release = server.hold("sendMessage")
            await server.act(lambda: server.world.say(GROUP, "/status"))
            await server.until(lambda: server.called("sendMessage"))
        release.set()
    assert len(server.world.seen(GROUP)) == 1


async def test_the_menu_of_commands_is_set(desk: NotingDesk, server: TelegramStandIn) -> None:
    assert "status" in {command["command"] for command in server.world.commands}
