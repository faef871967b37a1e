"""Slack's adapter over real loopback sockets: what people see, and what is acknowledged when."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.slack import Slack
from bot.domain.card import Button, Card, Section
from bot.domain.errors import StoreError
from tests.contracts.slack_parts import CARD, FakeDesk, listening, make
from tests.standins.slack import SlackStandin


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandin]:
    async with SlackStandin() as standin:
        yield standin


@pytest.fixture
async def chat(slack: SlackStandin) -> AsyncIterator[Slack]:
    chat = make(slack)
    yield chat
    await chat.close()


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


# What people see


async def test_a_post_an_edit_and_a_reply_are_seen(slack: SlackStandin, chat: Slack) -> None:
    root = await chat.post(CARD)
    reply = await chat.reply(root, Card("info", "looking"))
    await chat.edit(root, Card("good", "payments is well", CARD.sections))
    await chat.edit(root, Card("good", "payments is well", CARD.sections))
    await chat.edit(reply, Card("info", "looked"))
    (message,) = slack.visible()
    (below,) = slack.thread(message.ts)
    assert root == f"{slack.channel}:{message.ts}"
    assert message.words == "✅ payments is well\n*Why*\nerrors at 40% <!here>"
    assert message.buttons == {}
    assert below.words == "🔵 looked"
    assert reply == f"{slack.channel}:{below.ts}"


async def test_what_the_limits_forbid_is_never_sent(slack: SlackStandin, chat: Slack) -> None:
    huge = Card("warning", "t" * 999, tuple(Section("&" * 999, ("<" * 9999,), mono=True) for _ in range(99)))
    ref = await chat.post(huge)
    await chat.edit(ref, huge)
    assert slack.visible()[0].edits == 1


# The way in


async def test_a_click_is_acknowledged_after_the_desk_returned(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    await chat.post(CARD)
    desk.open.clear()
    async with listening(chat, desk):
        await slack.sockets.connected()
        async with asyncio.TaskGroup() as group:
            pressing = group.create_task(slack.press("U0ADA", slack.visible()[0].ts, "steward_approve"))
            await desk.reached.wait()
            assert slack.sockets.acks == []
            desk.open.set()
        assert pressing.result().acknowledged
        await slack.until(lambda _: bool(slack.whispers("U0ADA")))
    (click,) = desk.clicks
    assert (click.person.identity, click.person.name) == ("slack:U0ADA", "ada")
    assert (click.verb, click.subject, click.digest) == ("approve", "p1", "d1")
    assert [one.words for one in slack.whispers("U0ADA")] == ["approve: noted"]
    assert "response" not in slack.calls


async def test_a_click_below_a_root_is_answered_in_its_thread(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    root = await chat.post(Card("info", "root"))
    await chat.reply(root, CARD)
    async with listening(chat, desk):
        await slack.sockets.connected()
        await slack.press("U0BOB", slack.thread(slack.visible()[0].ts)[0].ts, "steward_reject")
        await slack.until(lambda _: bool(slack.whispers("U0BOB")))
    assert slack.whispers("U0BOB")[0].thread_ts == slack.visible()[0].ts


async def test_a_replay_has_the_same_id_and_a_second_press_another(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    await chat.post(CARD)
    ts = slack.visible()[0].ts
    async with listening(chat, desk):
        await slack.sockets.connected()
        first = await slack.press("U0ADA", ts, "steward_approve")
        replay = await slack.sockets.deliver(first)
        await slack.press("U0ADA", ts, "steward_approve")
    assert len(set(replay.envelopes)) == 2
    ids = [click.id for click in desk.clicks]
    assert ids[0] == ids[1] != ids[2]


async def test_a_click_that_could_not_be_kept_is_not_acknowledged_and_said(
    slack: SlackStandin, chat: Slack, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    await chat.post(CARD)
    desk.error = StoreError("the database is locked")
    slack.sockets.ack_within = 0.2
    async with listening(chat, desk):
        await slack.sockets.connected()
        pressed = await slack.press("U0ADA", slack.visible()[0].ts, "steward_approve")
        await slack.until(lambda _: bool(slack.whispers("U0ADA")))
    assert not pressed.acknowledged
    assert "not recorded: the database is locked" in slack.whispers("U0ADA")[0].words
    assert "StoreError: the database is locked" in caplog.text


async def test_a_bug_behind_a_click_is_one_line_and_stops_nothing(
    slack: SlackStandin, chat: Slack, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    await chat.post(CARD)
    desk.error = ZeroDivisionError("oh")
    slack.sockets.ack_within = 0.2
    async with listening(chat, desk):
        await slack.sockets.connected()
        assert not (await slack.press("U0ADA", slack.visible()[0].ts, "steward_approve")).acknowledged
        desk.error = None
        slack.sockets.ack_within = 3.0
        assert (await slack.press("U0ADA", slack.visible()[0].ts, "steward_approve")).acknowledged
    assert "a block_actions was not handled: ZeroDivisionError: oh" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_command_is_answered_to_one_person(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    async with listening(chat, desk):
        await slack.sockets.connected()
        said = await slack.command("U0ADA", "show  3f2a")
        desk.error = StoreError("the database is locked")
        failed = await slack.command("U0ADA", "status")
    assert desk.commands[0].words == ("show", "3f2a")
    assert said.answer["response_type"] == "ephemeral"
    assert slack.whispers("U0ADA")[0].words == "✅ Status\nall calm <3\n*Open*\nnone"
    assert "the database is locked" in failed.answer["text"]


async def test_a_button_of_an_answer_that_only_one_person_sees_works(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    revoke = Button("revoke", "Revoke: restart of payments", "s1", "")
    desk.card = Card("info", "1 standing approval", buttons=(revoke,))
    async with listening(chat, desk):
        await slack.sockets.connected()
        await slack.command("U0ADA", "standing")
        (answer,) = slack.whispers("U0ADA")
        assert (await slack.press("U0ADA", answer.ts, "steward_revoke")).acknowledged
    (click,) = desk.clicks
    assert (click.verb, click.subject, click.digest) == ("revoke", "s1", "")


async def test_what_nobody_listens_to_is_acknowledged_once(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    await chat.post(Card("info", "t", link="http://127.0.0.1:8484/"))
    async with listening(chat, desk):
        await slack.sockets.connected()
        event = await slack.event({"type": "team_join", "user": "U0ADA"})
        opened = await slack.press("U0ADA", slack.visible()[0].ts, "steward_open")
        other = await slack.command("U0ADA", "x", command="/other")
    assert event.acknowledged
    assert len(event.envelopes) == 1
    assert opened.acknowledged
    assert other.acknowledged
    assert desk.clicks == []


async def test_a_click_in_flight_is_finished_when_listening_ends(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    await chat.post(CARD)
    desk.open.clear()
    async with asyncio.TaskGroup() as group, listening(chat, desk):
        await slack.sockets.connected()
        pressing = group.create_task(slack.press("U0ADA", slack.visible()[0].ts, "steward_approve"))
        await desk.reached.wait()
        asyncio.get_running_loop().call_later(0.05, desk.open.set)
    assert pressing.result().acknowledged
    await chat.close()
    assert [one.words for one in slack.whispers("U0ADA")] == ["approve: noted"]
