"""Each finding of the check, against the stand-in."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.chat.telegram import Telegram, TelegramOptions
from bot.chat.telegram_poll import Pace
from bot.domain.errors import ChatError
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_world import Room

GROUP = -1001
FAST = Pace(poll=1, read=10.0, rival=0)


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as standin:
        standin.world.add(Room(GROUP, topics={5: True}))
        yield standin


async def noted(server: TelegramStandIn, options: TelegramOptions | None = None, token: str = TOKEN) -> str:
    """The notes, where nothing is wrong."""
    telegram = Telegram(options or TelegramOptions(chat=GROUP, topic=5, api_url=server.url), token, FAST)
    try:
        return await telegram.check()
    finally:
        await telegram.close()


async def found(server: TelegramStandIn, options: TelegramOptions | None = None, token: str = TOKEN) -> str:
    try:
        await noted(server, options, token)
    except ChatError as error:
        return str(error)
    return ""


def topics(server: TelegramStandIn) -> TelegramOptions:
    return TelegramOptions(chat=GROUP, topics="incident", api_url=server.url)


PRIVACY, TOPICS = "privacy mode is on", "may not manage topics"


@pytest.mark.parametrize(
    ("status", "rights", "reads_all", "topic", "notes"),
    [
        ("creator", (), False, None, []),
        ("administrator", ("can_manage_topics",), False, None, []),
        ("administrator", (), False, None, [TOPICS]),
        ("administrator", (), False, 1, []),
        ("administrator", (), False, 5, []),
        ("member", (), True, 5, []),
        ("member", (), False, 5, [PRIVACY]),
        ("member", (), False, None, [PRIVACY, TOPICS]),
    ],
)
async def test_what_works_is_no_finding_but_may_be_a_note(
    server: TelegramStandIn, status: str, rights: tuple[str, ...], reads_all: bool, topic: int | None, notes: list[str]
) -> None:
    room = server.world.rooms[GROUP]
    room.status, room.rights, server.world.reads_all = status, frozenset(rights), reads_all
    said = await noted(
        server, topics(server) if topic is None else TelegramOptions(chat=GROUP, topic=topic, api_url=server.url)
    )
    assert [note for note in (PRIVACY, TOPICS) if note in said] == notes
    assert bool(said) == bool(notes)


async def test_a_group_without_topics_can_have_none_for_an_incident(server: TelegramStandIn) -> None:
    server.world.rooms[GROUP].topics = {}
    assert "turn topics on" in await noted(server, topics(server))
    assert "topics" not in await noted(server, TelegramOptions(chat=GROUP, api_url=server.url))


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


def elsewhere(server: TelegramStandIn) -> None:
    server.world.rooms.clear()
    server.world.add(Room(-1007, title="Night shift", topics={5: True}, names={5: "Incidents"}))
    server.world.say(-1007, "/start@StewardTestBot", thread=5)


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
        (webhook, 'curl "https://api.telegram.org/bot$TELEGRAM_BOT_TOKEN/deleteWebhook"'),
        (unknown, "there is no Telegram chat -1001, or the bot was never in it: check chat.telegram.chat; add the bot"),
        (unknown, "write /start@StewardTestBot there"),
        (elsewhere, "to one that the bot heard of: Night shift -1007 (supergroup, topics: Incidents 5)"),
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


async def test_one_finding_hides_no_other(server: TelegramStandIn) -> None:
    unknown(server)
    webhook(server)
    line = await found(server)
    assert "there is no Telegram chat" in line
    assert "a webhook is set" in line


async def test_a_wrong_token_is_found(server: TelegramStandIn) -> None:
    assert "TELEGRAM_BOT_TOKEN" in await found(server, token="1:wrong")
