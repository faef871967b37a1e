"""The chats that the bot heard of, over real sockets."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.chat.places import Place
from bot.chat.telegram_places import seen
from bot.domain.errors import ChatError, ConfigError
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_world import Room


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as standin:
        yield standin


async def told(server: TelegramStandIn, token: str = TOKEN) -> list[Place]:
    return await seen(token, server.url, wait=0)


async def test_chats_are_told_by_name_the_newest_first(server: TelegramStandIn) -> None:
    world = server.world
    world.put(Room(-1001, title="Operations"))
    world.add(
        Room(-1002, title="Night shift", topics={5: True, 9: True, 11: True}, names={5: "Incidents", 9: "Deploys"})
    )
    for topic in (5, 9, 11):
        world.say(-1002, "/start@StewardTestBot", thread=topic)
    world.say(77, "/start")
    world.say(-1001, "/help")
    assert await told(server) == [
        Place("Operations", "-1001", "supergroup"),
        Place("Somebody", "77", "private"),
        Place("Night shift", "-1002", "supergroup, topics: Incidents 5, Deploys 9"),
    ]


async def test_to_look_takes_nothing_away_from_the_steward_that_comes_later(server: TelegramStandIn) -> None:
    server.world.put(Room(-1001))
    assert await told(server) == await told(server) != []
    assert [call.get("offset") for call in server.called("getUpdates")] == [None, None]


def put_out(server: TelegramStandIn) -> None:
    server.world.put(server.world.rooms[-1001], "kicked")


def moved(server: TelegramStandIn) -> None:
    server.world.migrate(-1001, -1007)


def silent(server: TelegramStandIn) -> None:
    server.world.updates.clear()


@pytest.mark.parametrize("change", [put_out, moved, silent])
async def test_a_chat_that_is_no_more_is_not_offered(
    server: TelegramStandIn, change: Callable[[TelegramStandIn], None]
) -> None:
    server.world.put(Room(-1001))
    change(server)
    assert await told(server) == []


async def test_a_second_poller_a_webhook_and_a_wrong_token_are_one_line(server: TelegramStandIn) -> None:
    server.rival = True
    with pytest.raises(ChatError, match="another process polls Telegram with this bot's token: stop it"):
        await told(server)
    server.world.webhook = "https://elsewhere.example/hook"
    with pytest.raises(ChatError, match=r"a webhook is set .*deleteWebhook"):
        await told(server)
    with pytest.raises(ChatError, match="set TELEGRAM_BOT_TOKEN to the one that @BotFather gave") as caught:
        await told(server, "1:wrong-secret")
    assert "secret" not in str(caught.value)
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN is missing or malformed"):
        await told(server, "1:a/b")


async def test_where_nobody_answers_the_line_says_where(server: TelegramStandIn) -> None:
    await server.stop()
    with pytest.raises(ChatError, match=r"Telegram at http://127\.0\.0\.1:\d+ did not answer"):
        await told(server)
