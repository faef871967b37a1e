"""Names and colours of topics; their life is tried over sockets in tests/contracts."""

from dataclasses import replace

import pytest

from bot.chat.telegram import Telegram, TelegramOptions
from bot.chat.telegram_topics import COLOURS
from bot.domain.card import Button, Card, Tone
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_world import Room
from tests.strict.telegram import COLOURS as ALLOWED

CARD = Card("critical", "payments: errors at 31%", buttons=(Button("harmless", "Not a problem", "1a2b"),))


async def named(title: str, tone: Tone = "critical") -> str:
    """The name of the topic of an incident with this title, as Telegram took it; empty when there is none."""
    async with TelegramStandIn() as server:
        room = server.world.add(Room(-1, topics={9: True}, status="creator"))
        telegram = Telegram(TelegramOptions(chat=-1, topics="incident", api_url=server.url), TOKEN)
        await telegram.post(replace(CARD, title=title, tone=tone))
        await telegram.close()
        assert telegram.trouble == ""
    return "".join(room.names.values())


def test_every_colour_is_one_that_telegram_has() -> None:
    assert {int(colour) for colour in COLOURS.values()} <= set(ALLOWED)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("payments: errors", "payments: errors"),
        ("<b>&\u202e @channel\n`x`", "<b>& @\u2060channel `x`"),
        ("🙈" * 200, "🙈" * 63 + "…"),
        ("\u200f ", "…"),
    ],
)
async def test_a_topic_is_called_like_its_incident(title: str, name: str) -> None:
    assert await named(title) == name


async def test_what_is_over_gets_no_topic_any_more() -> None:
    assert await named("payments", "good") == ""
