"""Polling Telegram never ends silently, over real loopback sockets."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.telegram import Telegram
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_desk import NotingDesk
from tests.standins.telegram_harness import FAST, GROUP, listening, surface


@pytest.fixture
async def desk(chat: Telegram, server: TelegramStandIn) -> AsyncIterator[NotingDesk]:
    desk = NotingDesk()
    async with listening(chat, desk):
        await server.until(lambda: server.called("getUpdates"))
        yield desk


@pytest.mark.parametrize(("code", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_polling_comes_back_after_a_refusal(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn, code: int, description: str
) -> None:
    server.fail("getUpdates", code, description)
    await server.act(lambda: server.world.say(GROUP, "/status"))  # ends the poll under way, whose follower is refused
    await server.act(lambda: server.world.say(GROUP, "/help"))
    await server.until(lambda: len(desk.commands) >= 2)
    await server.until(lambda: chat.trouble == "")


async def test_a_bad_token_is_trouble_until_it_is_good(server: TelegramStandIn) -> None:
    server.token = "4242:another-one"
    async with surface(server) as chat, listening(chat, NotingDesk()):
        await server.until(lambda: "TELEGRAM_BOT_TOKEN" in chat.trouble)
        server.token = TOKEN
        await server.act(lambda: None)
        await server.until(lambda: server.called("getUpdates") and not chat.trouble)


async def test_a_second_poller_shows_until_it_stops(chat: Telegram, desk: NotingDesk, server: TelegramStandIn) -> None:
    server.rival = True
    await server.act(lambda: None)
    await server.until(lambda: "another process" in chat.trouble)
    server.rival = False
    await server.act(lambda: server.world.say(GROUP, "/status"))
    await server.until(lambda: desk.commands)
    assert chat.trouble == ""


async def test_an_update_that_cannot_be_read_stops_nothing(
    chat: Telegram, desk: NotingDesk, server: TelegramStandIn
) -> None:
    server.world.updates.append({"update_id": 4_999, "message": {"message_id": "?"}})
    await server.act(lambda: server.world.say(GROUP, "/status"))
    await server.until(lambda: desk.commands)
    assert chat.trouble == ""


async def test_a_webhook_is_taken_away(server: TelegramStandIn) -> None:
    server.world.webhook = "https://elsewhere.example/hook"
    desk = NotingDesk()
    async with surface(server) as chat, listening(chat, desk):
        await server.act(lambda: server.world.say(GROUP, "/status"))
        await server.until(lambda: desk.commands)
        assert chat.trouble == ""


async def test_an_outage_shows_and_passes(chat: Telegram, desk: NotingDesk, server: TelegramStandIn) -> None:
    server.down = True
    await server.act(lambda: server.world.say(GROUP, "/status"))
    await server.until(lambda: "502" in chat.trouble)
    server.down = False
    await server.act(lambda: server.world.say(GROUP, "/help"))
    await server.until(lambda: len(desk.commands) == 2)
    assert chat.trouble == ""


async def test_listening_can_begin_while_telegram_is_away(server: TelegramStandIn) -> None:
    server.down = True
    desk = NotingDesk()
    async with surface(server) as chat, listening(chat, desk):
        await server.until(lambda: "did not answer" in chat.trouble)
        server.down = False
        await server.act(lambda: server.world.say(GROUP, "/status"))
        await server.until(lambda: desk.commands)


async def test_silence_begins_polling_anew(server: TelegramStandIn) -> None:
    desk = NotingDesk()
    async with surface(server, replace(FAST, read=20.0, silence=0.1)) as chat, listening(chat, desk):
        await server.until(lambda: len(server.called("getUpdates")) >= 2)
        server.hold("getUpdates")  # the poll after this one hangs
        await server.act(lambda: server.world.say(GROUP, "/status"))
        await server.until(lambda: "silent" in chat.trouble)
        await server.act(lambda: server.world.say(GROUP, "/help"))
        await server.until(lambda: len(desk.commands) == 2)


async def test_the_move_of_the_group_is_followed_when_telegram_tells(server: TelegramStandIn) -> None:
    desk = NotingDesk()
    async with surface(server, topic=None) as chat, listening(chat, desk):
        await server.act(lambda: server.world.migrate(GROUP, -1002))
        await server.act(lambda: server.world.say(-1002, "/status"))
        await server.until(lambda: server.world.seen(-1002))
        assert desk.commands[0].id.startswith("telegram:-1002:")
        assert "-1002" in chat.trouble
