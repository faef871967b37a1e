"""Clicks and commands in Telegram reach the desk and are answered, over real loopback sockets."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.telegram import Telegram
from bot.chat.telegram_menu import COMMANDS
from bot.domain.card import Button, Card
from bot.domain.people import Answer
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_desk import LOCKED, NotingDesk
from tests.standins.telegram_harness import CARD, FAST, GROUP, TOPIC, listening, surface
from tests.standins.telegram_world import Room


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
    assert "-77" in server.world.seen(-77)[0].text


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


async def test_the_menu_is_set_where_commands_are_answered_in_each_language(
    desk: NotingDesk, server: TelegramStandIn
) -> None:
    scopes = [f"chat:{GROUP}", "all_private_chats"]
    assert set(server.world.menus) == {(scope, language) for scope in scopes for language in ("", "de")}
    assert {tuple(command["command"] for command in menu) for menu in server.world.menus.values()} == {tuple(COMMANDS)}


async def test_no_menu_is_no_trouble(server: TelegramStandIn) -> None:
    server.fail("setMyCommands", 429, "Too Many Requests: retry after 9", retry_after=9)
    async with surface(server) as chat, listening(chat, NotingDesk()):
        await server.until(lambda: server.called("getUpdates"))
        assert chat.trouble == ""


async def test_a_rejection_is_followed_by_a_question_whose_answer_is_the_reason(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn
) -> None:
    await chat.post(CARD)
    root = server.world.seen(GROUP)[0]
    press = await server.act(lambda: server.world.press(root, "Reject", user=1001, name="Ada <b>"))
    await server.until(lambda: len(server.world.seen(GROUP)) == 2)
    question = server.world.seen(GROUP, TOPIC)[1]
    assert press.answered
    assert question.reply_to == root.id
    assert question.text.startswith("Ada <b>, why not?")
    assert 'href="tg://user?id=1001"' in question.html
    assert (question.markup["force_reply"], question.markup["selective"]) == (True, True)
    said = await server.act(lambda: server.world.say(GROUP, "go ask Bob first", thread=TOPIC, reply_to=question))
    await server.until(lambda: len(server.world.seen(GROUP)) == 3)
    assert desk.commands[0].words == ("reason", "abcdef012345", "go", "ask", "Bob", "first")
    assert server.world.seen(GROUP)[2].reply_to == said.id


async def test_a_refused_rejection_asks_for_no_reason(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn
) -> None:
    desk.answers.append(Answer("you may not", accepted=False))
    await chat.post(CARD)
    press = await server.act(lambda: server.world.press(server.world.seen(GROUP)[0], "Reject"))
    await server.until(lambda: press.answered)
    await server.act(lambda: server.world.say(GROUP, "/status"))
    await server.until(lambda: desk.commands)
    assert "why not" not in "".join(said.text for said in server.world.seen(GROUP))


async def test_a_reply_to_an_incident_is_about_it_and_so_is_a_reply_to_the_answer(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn
) -> None:
    ref = await chat.post(CARD)
    root = server.world.seen(GROUP)[0]
    await server.act(lambda: server.world.say(GROUP, "/ack", thread=TOPIC, reply_to=root))
    await server.until(lambda: len(server.world.seen(GROUP)) == 2)
    answer = server.world.seen(GROUP)[1]
    await server.act(lambda: server.world.say(GROUP, "since when?", thread=TOPIC, reply_to=answer))
    await server.until(lambda: len(desk.commands) == 2)
    assert [(said.words, said.thread) for said in desk.commands] == [(("ack",), ref), (("ask", "since", "when?"), ref)]


async def test_a_mention_is_a_command_or_asks_for_help(desk: NotingDesk, server: TelegramStandIn) -> None:
    await server.act(lambda: server.world.say(GROUP, "hello @somebody_else"))
    await server.act(lambda: server.world.say(GROUP, "@StewardTestBot status"))
    await server.act(lambda: server.world.say(GROUP, "what can you do, @stewardtestbot?"))
    await server.until(lambda: len(server.world.seen(GROUP)) == 2)
    assert {said.words for said in desk.commands} == {("status",), ("help",)}


async def test_a_place_of_a_route_is_answered_in_as_well(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn
) -> None:
    server.world.add(Room(-77))
    await chat.post(CARD, "-77")
    await server.act(lambda: server.world.say(-77, "/status"))
    await server.until(lambda: desk.commands)


async def test_who_blocked_the_bot_in_private_stops_nobody(desk: NotingDesk, server: TelegramStandIn) -> None:
    server.world.add(Room(1001, type="private", status="kicked"))
    await server.act(lambda: server.world.say(1001, "status"))
    await server.act(lambda: server.world.say(GROUP, "/help"))
    await server.until(lambda: server.world.seen(GROUP))
    assert {said.words for said in desk.commands} == {("status",), ("help",)}
