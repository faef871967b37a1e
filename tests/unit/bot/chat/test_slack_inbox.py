"""Mentions, dialogs and the Home over real sockets: what the desk hears, and what people see of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.slack import Slack
from bot.domain.card import Button, Card, Section
from bot.domain.errors import StoreError
from bot.domain.people import Answer
from tests.contracts.slack_parts import CARD, FAST, FakeDesk, listening, make
from tests.standins.slack import SlackStandin
from tests.standins.slack_sockets import Delivery

SILENCE = Card("warning", "payments is slow", buttons=(Button("silence", "1 h", "i1", "1h"),))
LONGER = "Longer, or with a reason …"


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandin]:
    async with SlackStandin() as standin:
        yield standin


@pytest.fixture
async def chat(slack: SlackStandin, desk: FakeDesk) -> AsyncIterator[Slack]:
    chat = make(slack, pace=replace(FAST, patience=0.5))
    async with listening(chat, desk):
        await slack.sockets.connected()
        yield chat
    await chat.close()


# Mentions


async def test_a_question_in_a_thread_is_answered_there_for_all(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    root = await chat.post(CARD)
    ts = slack.visible()[0].ts
    desk.replies["ask"] = Answer("v2 went out at 14:00 & then errors rose")
    asked = await slack.mention("U0ADA", "<@U0STEWARD> what changed &amp; when?", ts)
    await slack.until(lambda _: bool(slack.thread(ts)))
    (command,) = desk.commands
    assert asked.acknowledged
    assert (command.words, command.thread) == (("ask", "what", "changed", "&", "when?"), root)
    assert command.person.identity == "slack:U0ADA"
    assert [one.words for one in slack.thread(ts)] == ["v2 went out at 14:00 & then errors rose"]
    assert slack.whispers("U0ADA") == []


async def test_a_mention_outside_of_a_thread_is_answered_below_it(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    said = await slack.mention("U0ADA", "<@U0STEWARD> Status")
    await slack.until(lambda _: bool(slack.messages))
    assert (desk.commands[0].words, desk.commands[0].thread) == (("status",), "")
    assert slack.messages[0].thread_ts == said.payload["event"]["ts"]


async def test_a_mention_that_is_delivered_again_is_answered_once(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    first = await slack.mention("U0ADA", "<@U0STEWARD> status")
    await slack.until(lambda _: bool(slack.messages))
    again = await slack.sockets.deliver(Delivery(first.kind, first.payload | {"event_id": "EvOther"}))
    await chat.close()
    assert again.acknowledged
    assert (len(desk.commands), len(slack.messages)) == (1, 1)


async def test_an_answer_that_takes_long_is_acknowledged_in_time_and_said_later(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    desk.open.clear()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(slack.mention("U0ADA", "<@U0STEWARD> status"))
        wording = group.create_task(slack.command("U0ADA", "ask i1 what changed"))
    assert asking.result().acknowledged
    assert wording.result().acknowledged
    assert slack.messages == []
    desk.open.set()
    await slack.until(lambda _: len(slack.messages) == 2)
    assert [one.only_for for one in slack.messages if one.only_for] == ["U0ADA"]


async def test_bots_and_edits_are_ignored(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    await slack.mention("U0ADA", "<@U0STEWARD> status", bot_id="B1")
    edited = await slack.mention("U0ADA", "<@U0STEWARD> status", edited={"user": "U0ADA", "ts": "1.2"})
    assert edited.acknowledged
    assert desk.commands == []


@pytest.mark.parametrize(
    ("error", "said"),
    [(StoreError("the database is locked"), "the database is locked"), (ZeroDivisionError("oh"), "the log of Steward")],
)
async def test_what_fails_behind_a_mention_is_said(
    slack: SlackStandin,
    chat: Slack,
    desk: FakeDesk,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    said: str,
) -> None:
    desk.error = error
    assert (await slack.mention("U0ADA", "<@U0STEWARD> status")).acknowledged
    await slack.until(lambda _: bool(slack.messages))
    assert said in slack.messages[0].words
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "channel_not_found", "thread_not_found"])
async def test_an_answer_that_slack_refuses_is_one_line(
    slack: SlackStandin, chat: Slack, desk: FakeDesk, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    slack.faults.refused["chat.postMessage"] = code
    await slack.mention("U0ADA", "<@U0STEWARD> status")
    await chat.close()
    (record,) = caplog.records
    assert f"could not answer U0ADA in {slack.channel}: {code}: " in record.getMessage()


async def test_a_click_on_a_message_that_is_deleted_meanwhile_counts_and_is_answered(
    slack: SlackStandin, chat: Slack, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    await chat.post(CARD)
    desk.open.clear()
    async with asyncio.TaskGroup() as group:
        pressing = group.create_task(slack.press("U0ADA", slack.visible()[0].ts, "steward_approve"))
        await desk.reached.wait()
        slack.messages.clear()
        desk.open.set()
    assert pressing.result().acknowledged
    await slack.until(lambda _: bool(slack.whispers("U0ADA")))
    assert caplog.records == []


# Dialogs


async def test_after_a_reject_the_reason_is_asked_for_and_heard(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    await chat.post(CARD)
    desk.replies["reason"] = Answer("noted in the thread")
    pressed = await slack.press("U0ADA", slack.visible()[0].ts, "steward_reject")
    await slack.until(lambda _: bool(slack.views.opened))
    assert pressed.acknowledged
    assert [click.verb for click in desk.clicks] == ["reject"]
    assert slack.views.opened[0]["title"]["text"] == "Rejected. Why?"
    assert (await slack.submit("U0ADA", why="we deploy\nright now")).answer == {}
    assert desk.commands[0].words == ("reason", "p1", "we", "deploy", "right", "now")
    await slack.until(lambda _: len(slack.whispers("U0ADA")) == 2)
    assert [one.words for one in slack.whispers("U0ADA")] == ["reject: noted", "noted in the thread"]


async def test_a_reason_need_not_be_given(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    await chat.post(CARD)
    await slack.press("U0ADA", slack.visible()[0].ts, "steward_reject")
    await slack.until(lambda _: bool(slack.views.opened))
    assert (await slack.submit("U0ADA")).acknowledged
    assert desk.commands == []


async def test_what_was_not_rejected_asks_for_no_reason(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    await chat.post(CARD)
    desk.accepts = False
    await slack.press("U0ADA", slack.visible()[0].ts, "steward_reject")
    await slack.until(lambda _: bool(slack.whispers("U0ADA")))
    await chat.close()
    assert slack.views.opened == []


@pytest.mark.parametrize("code", ["expired_trigger_id", "ratelimited"])
async def test_a_dialog_that_comes_too_late_loses_nothing_and_the_words_are_said(
    slack: SlackStandin, chat: Slack, desk: FakeDesk, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.refused["views.open"] = code
    await chat.post(CARD)
    assert (await slack.press("U0ADA", slack.visible()[0].ts, "steward_reject")).acknowledged
    await slack.until(lambda _: len(slack.whispers("U0ADA")) == 2)
    assert {one.words for one in slack.whispers("U0ADA")} == {
        "reject: noted",
        "To say why, write /steward reason p1 WHY",
    }
    assert [f"could not open a dialog: {code}" in record.getMessage() for record in caplog.records] == [True]


async def test_a_long_silence_is_asked_for_corrected_and_given_once(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    await chat.post(SILENCE)
    await slack.press("U0ADA", slack.visible()[0].ts, "steward_silence", LONGER)
    await slack.until(lambda _: bool(slack.views.opened))
    assert desk.clicks == []
    desk.replies["silence"] = Answer("'2x' says not for how long", accepted=False)
    refused = await slack.submit("U0ADA", span="2x")
    assert refused.answer == {"response_action": "errors", "errors": {"span": "'2x' says not for how long"}}
    desk.replies["silence"] = Answer("Silenced until 14:00")
    corrected = await slack.submit("U0ADA", why="a move", span="3d")
    await slack.sockets.deliver(Delivery(corrected.kind, corrected.payload))
    assert desk.commands[1].words == ("silence", "i1", "3d", "a", "move")
    assert desk.commands[1].id == desk.commands[2].id != desk.commands[0].id
    await slack.until(lambda _: bool(slack.whispers("U0ADA")))
    assert slack.whispers("U0ADA")[0].words == "Silenced until 14:00"


async def test_a_choice_of_the_menu_is_a_click(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    await chat.post(SILENCE)
    await slack.press("U0ADA", slack.visible()[0].ts, "steward_silence", "1 h")
    assert [(click.verb, click.subject, click.digest) for click in desk.clicks] == [("silence", "i1", "1h")]


# The Home


async def opened_home(slack: SlackStandin, desk: FakeDesk) -> None:
    desk.replies["home"] = Answer("1 open", card=Card("warning", "1 open incident", (Section("Open", ("i1",)),),
        CARD.buttons))  # fmt: skip
    assert (await slack.event({"type": "app_home_opened", "user": "U0ADA", "tab": "home"})).acknowledged
    await slack.until(lambda _: "U0ADA" in slack.views.homes)


async def test_the_home_shows_what_is_open_and_a_click_there_is_answered_on_top(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    await opened_home(slack, desk)
    blocks = slack.views.homes["U0ADA"]["blocks"]
    assert [block["type"] for block in blocks] == ["header", "section", "actions"]
    assert (await slack.press_home("U0ADA", "steward_approve")).acknowledged
    await slack.until(lambda _: len(slack.views.homes["U0ADA"]["blocks"]) == 4)
    assert slack.views.homes["U0ADA"]["blocks"][1]["text"]["text"] == "approve: noted"
    assert (desk.clicks[0].subject, desk.clicks[0].digest) == ("p1", "d1")
    assert [command.words for command in desk.commands] == [("home",), ("home",)]
    assert "chat.postEphemeral" not in slack.calls


async def test_a_reject_at_the_home_asks_why_and_answers_there(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    await opened_home(slack, desk)
    desk.replies["reason"] = Answer("noted in the thread")
    await slack.press_home("U0ADA", "steward_reject")
    await slack.until(lambda _: bool(slack.views.opened))
    await slack.submit("U0ADA", why="no")
    await slack.until(lambda _: "noted in the thread" in str(slack.views.homes["U0ADA"]))
    assert slack.messages == []


async def test_the_tab_of_messages_draws_no_home(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    assert (await slack.event({"type": "app_home_opened", "user": "U0ADA", "tab": "messages"})).acknowledged
    assert desk.commands == []


async def test_a_home_that_is_switched_off_is_one_line(
    slack: SlackStandin, chat: Slack, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.refused["views.publish"] = "not_enabled"
    await slack.event({"type": "app_home_opened", "user": "U0ADA", "tab": "home"})
    await chat.close()
    (record,) = caplog.records
    assert "show U0ADA the Home: not_enabled: switch on the Home Tab" in record.getMessage()
