"""Each finding of the check, against the stand-in."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.chat.telegram import Telegram, TelegramOptions
from bot.chat.telegram_poll import Pace
from bot.domain.errors import ChatError
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_world import Room

GROUP = -1001
FAST = Pace(poll=1, read=2.0, rival=0)


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as standin:
        standin.world.add(Room(GROUP, topics={5: True}))
        yield standin


async def found(server: TelegramStandIn, options: TelegramOptions | None = None, token: str = TOKEN) -> str:
    chosen = options or TelegramOptions(chat=GROUP, topic=5, api_url=server.url)
    telegram = Telegram(chosen, token, FAST)
    try:
        await telegram.check()
    except ChatError as error:
        return str(error)
    finally:
        await telegram.close()
    return ""


@pytest.mark.parametrize("status", ["creator", "administrator", "member"])
async def test_nothing_is_found_where_all_is_well(server: TelegramStandIn, status: str) -> None:
    server.world.rooms[GROUP].status = status
    assert await found(server) == ""


async def test_a_private_chat_is_well(server: TelegramStandIn) -> None:
    server.world.add(Room(7, type="private"))
    assert await found(server, TelegramOptions(chat=7, api_url=server.url)) == ""


def plain_group(server: TelegramStandIn) -> None:
    server.world.rooms[GROUP].topics = {}


def left(server: TelegramStandIn) -> None:
    server.world.rooms[GROUP].status = "left"


def kicked(server: TelegramStandIn) -> None:
    server.world.rooms[GROUP].status = "kicked"


def restricted(server: TelegramStandIn) -> None:
    server.world.rooms[GROUP].may_send = False


def webhook(server: TelegramStandIn) -> None:
    server.world.webhook = "https://elsewhere.example/hook"


def rival(server: TelegramStandIn) -> None:
    server.rival = True


def unknown(server: TelegramStandIn) -> None:
    server.world.rooms.clear()


def moved(server: TelegramStandIn) -> None:
    server.fail("getChat", 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100)


def away(server: TelegramStandIn) -> None:
    server.down = True


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (plain_group, "leave out chat.telegram.topic"),
        (left, "add it as a member"),
        (kicked, "add it as a member"),
        (restricted, "may not send messages"),
        (webhook, "a webhook is set"),
        (rival, "another process polls"),
        (unknown, "check chat.telegram.chat"),
        (moved, "set chat.telegram.chat to -100"),
        (away, "did not answer as it should"),
    ],
)
async def test_each_finding_names_its_mend(
    server: TelegramStandIn, spoil: Callable[[TelegramStandIn], None], words: str
) -> None:
    spoil(server)
    line = await found(server)
    assert words in line
    assert "\n" not in line


async def test_a_wrong_token_is_found(server: TelegramStandIn) -> None:
    assert "TELEGRAM_BOT_TOKEN" in await found(server, token="1:wrong")
