"""Answers in the background: waited for at the end, and one line where Slack refuses them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack_payloads import Spot
from bot.chat.slack_voice import Voice
from bot.domain.people import Answer
from tests.standins.slack import SlackStandin


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandin]:
    async with SlackStandin() as standin:
        yield standin


def voice_of(slack: SlackStandin) -> Voice:
    web = AsyncWebClient(slack.bot_token, slack.api_url)
    return Voice(lambda: web)


async def test_what_is_under_way_is_said_before_the_end(slack: SlackStandin) -> None:
    voice = voice_of(slack)
    voice.tell(Spot(slack.channel, "U0ADA"), Answer("to one"))
    voice.tell(Spot(slack.channel, "U0ADA", "1.1", aloud=True), Answer("to all"))
    voice.tell(Spot(slack.channel, "U0ADA"), Answer("  "))
    await voice.close(5.0)
    assert {(one.words, one.only_for, one.thread_ts) for one in slack.messages} == {
        ("to one", "U0ADA", ""),
        ("to all", "", "1.1"),
    }


async def test_what_ends_at_the_end_may_say_more(slack: SlackStandin) -> None:
    voice = voice_of(slack)

    async def thought() -> None:
        await asyncio.sleep(0)
        voice.tell(Spot(slack.channel, "U0ADA"), Answer("after all"))

    voice.later("thought", thought())
    await voice.close(5.0)
    assert [one.words for one in slack.messages] == ["after all"]


async def test_what_takes_longer_than_the_end_is_given_up_in_one_line(
    slack: SlackStandin, caplog: pytest.LogCaptureFixture
) -> None:
    voice = voice_of(slack)
    task = voice.later("thought", asyncio.Event().wait())
    await voice.close(0.01)
    await asyncio.wait([task])
    assert task.cancelled()
    assert [record.getMessage() for record in caplog.records] == ["Slack: 1 answer was still being made at the end"]
    await voice.close(0.01)


async def test_a_rate_limit_is_one_line(slack: SlackStandin, caplog: pytest.LogCaptureFixture) -> None:
    slack.faults.limits.append(30)
    voice = voice_of(slack)
    voice.tell(Spot(slack.channel, "U0ADA"), Answer("x"))
    await voice.close(5.0)
    assert [record.getMessage() for record in caplog.records] == [
        "Slack: could not answer U0ADA in C0STEWARD: ratelimited; trying again later"
    ]
