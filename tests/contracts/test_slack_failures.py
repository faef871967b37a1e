"""Slack's adapter over real loopback sockets: every way to break it, and what is then said and done."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import replace

import pytest

from bot.chat.slack import Slack, SlackOptions
from bot.domain.errors import ChatError
from tests.contracts.slack_parts import CARD, FAST, FakeDesk, listening, make, until
from tests.standins.slack import SlackStandin
from tests.standins.slack_sockets import Delivery


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


# What can break


async def test_after_an_abrupt_drop_the_sockets_come_back(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    async with listening(chat, desk):
        await slack.sockets.connected()
        await until(lambda: chat.trouble == "")
        slack.sockets.break_all()
        await until(lambda: chat.trouble != "")
        assert "lost" in chat.trouble
        await until(lambda: chat.trouble == "")
        await slack.sockets.connected()
        assert (await slack.command("U0ADA", "status")).acknowledged


async def test_one_broken_socket_loses_nothing(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    async with listening(chat, desk):
        await slack.sockets.connected()
        transport = slack.sockets.links[0].request.transport
        assert transport is not None
        transport.abort()
        await slack.sockets.until(lambda sockets: len(sockets.links) < 2)
        assert chat.trouble == ""
        assert (await slack.command("U0ADA", "status")).acknowledged
        await slack.sockets.connected()


async def test_half_open_sockets_are_noticed_and_replaced(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    async with listening(chat, desk):
        await slack.sockets.connected()
        slack.sockets.half_open()
        await slack.sockets.connected()
        await slack.sockets.until(lambda sockets: not any(link.mute for link in sockets.links))
        assert (await slack.command("U0ADA", "status")).acknowledged


async def test_asked_to_move_the_next_socket_opens_before_the_old_one_closes(
    slack: SlackStandin, chat: Slack, desk: FakeDesk
) -> None:
    async with listening(chat, desk):
        await slack.sockets.connected()
        await until(lambda: chat.trouble == "")
        old = await slack.sockets.ask_to_move()
        late = await slack.command("U0ADA", "status")
        for link in old:
            again = Delivery(late.kind, late.payload)
            assert (await slack.sockets.deliver(again, via=link)).acknowledged
        await slack.sockets.part(old)
        assert chat.trouble == ""
        assert (await slack.command("U0ADA", "status")).acknowledged
    assert len(desk.commands) == 4


async def test_a_dead_ticket_is_replaced(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    slack.sockets.stillborn = 3
    async with listening(chat, desk):
        await slack.sockets.connected()
        assert slack.sockets.refused == 3
        assert (await slack.command("U0ADA", "status")).acknowledged


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type"])
async def test_a_bad_app_token_is_said_and_tried_again(
    slack: SlackStandin, chat: Slack, desk: FakeDesk, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.faults.app = code
    async with listening(chat, desk):
        await until(lambda: code in chat.trouble)
        assert "SLACK_APP_TOKEN" in chat.trouble
        assert "\n" not in chat.trouble
        slack.faults.app = ""
        await slack.sockets.connected()
        await until(lambda: chat.trouble == "")
    assert "-secret" not in caplog.text
    assert sum(code in record.getMessage() for record in caplog.records) == 1


async def test_slack_down_is_said_and_outlasted(slack: SlackStandin, chat: Slack, desk: FakeDesk) -> None:
    async with listening(chat, desk):
        await slack.sockets.connected()
        await slack.stop()
        await until(lambda: "no connection to 127.0.0.1" in chat.trouble)
        with pytest.raises(ChatError, match="no connection") as caught:
            await chat.post(CARD)
        assert not caught.value.maybe_sent
        assert not caught.value.permanent
        await slack.start()
        await slack.sockets.connected()
        await chat.post(CARD)
    assert len(slack.visible()) == 1


# Posting when Slack is not well


async def test_a_short_rate_limit_is_waited_out(slack: SlackStandin, chat: Slack) -> None:
    slack.faults.limits.append(0)
    await chat.post(CARD)
    assert slack.calls == ["chat.postMessage", "chat.postMessage"]
    assert len(slack.visible()) == 1


async def test_a_long_rate_limit_goes_to_the_caller_at_once(slack: SlackStandin, chat: Slack) -> None:
    slack.faults.limits.append(30)
    with pytest.raises(ChatError) as caught:
        await chat.post(CARD)
    assert caught.value.retry_after == 30
    assert slack.calls == ["chat.postMessage"]


async def test_a_drop_after_sending_is_in_doubt_and_not_sent_again(slack: SlackStandin, chat: Slack) -> None:
    slack.faults.drop.add("chat.postMessage")
    with pytest.raises(ChatError) as caught:
        await chat.post(CARD)
    assert caught.value.maybe_sent
    assert len(slack.visible()) == 1
    assert slack.calls == ["chat.postMessage"]


async def test_no_answer_in_time_is_in_doubt(slack: SlackStandin) -> None:
    slack.faults.held = asyncio.Event()
    chat = make(slack, pace=replace(FAST, answer=0.2))
    with pytest.raises(ChatError, match="no answer in time") as caught:
        await chat.post(CARD)
    assert caught.value.maybe_sent
    assert len(slack.visible()) == 1
    await chat.close()


async def test_a_connection_that_never_opens_is_not_in_doubt(slack: SlackStandin) -> None:
    """A full backlog: the machine is there, but no connection comes about, as behind a firewall that drops."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, ExitStack() as fillers:
        for _ in range(2):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        options = SlackOptions(channel=slack.channel, api_url=f"http://127.0.0.1:{deaf.getsockname()[1]}/api/")
        chat = Slack(options, slack.bot_token, slack.app_token, replace(FAST, connect=0.1))
        with pytest.raises(ChatError, match="no connection in time") as caught:
            await chat.post(CARD)
        await chat.close()
    assert not caught.value.maybe_sent


async def test_no_proxy_is_respected(slack: SlackStandin, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    chat = make(slack)
    async with listening(chat, desk):
        await slack.sockets.connected()
        await chat.post(CARD)
    await chat.close()
    assert len(slack.visible()) == 1


@pytest.mark.parametrize(("status", "doubt"), [(503, False), (500, True)])
async def test_a_server_error(slack: SlackStandin, chat: Slack, status: int, doubt: bool) -> None:
    slack.faults.down = status
    with pytest.raises(ChatError) as caught:
        await chat.post(CARD)
    assert caught.value.maybe_sent == doubt


async def test_a_deleted_message_is_gone(slack: SlackStandin, chat: Slack) -> None:
    ref = await chat.post(CARD)
    slack.messages.clear()
    with pytest.raises(ChatError) as caught:
        await chat.edit(ref, CARD)
    assert caught.value.gone


# The doctor


async def test_a_sound_setup_passes_without_a_message_or_a_socket(slack: SlackStandin, chat: Slack) -> None:
    await chat.check()
    assert slack.messages == []
    assert slack.sockets.opened == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda slack: setattr(slack.faults, "bot", "token_revoked"), "SLACK_BOT_TOKEN"),
        (lambda slack: setattr(slack.faults, "app", "invalid_auth"), "SLACK_APP_TOKEN"),
        (lambda slack: setattr(slack.faults, "down", 404), "api_url"),
        (lambda slack: slack.scopes.discard("commands"), "lacks the scope commands"),
        (lambda slack: slack.scopes.discard("channels:read"), "lacks the scope channels:read"),
        (lambda slack: slack.channels[slack.channel].update(is_member=False), "/invite @steward"),
        (lambda slack: slack.channels[slack.channel].update(is_archived=True), "is archived"),
        (lambda slack: slack.channels.clear(), "channel_not_found"),
    ],
)
async def test_each_fault_of_the_setup_is_found(
    slack: SlackStandin, chat: Slack, spoil: Callable[[SlackStandin], None], said: str
) -> None:
    spoil(slack)
    with pytest.raises(ChatError) as caught:
        await chat.check()
    assert said in str(caught.value)
    assert caught.value.permanent
    assert "-standin-secret" not in str(caught.value)


async def test_swapped_tokens_are_found(slack: SlackStandin) -> None:
    chat = make(slack, bot_token=slack.app_token, app_token=slack.bot_token)
    with pytest.raises(ChatError, match="SLACK_BOT_TOKEN starts with xoxb-"):
        await chat.check()
    await chat.close()
