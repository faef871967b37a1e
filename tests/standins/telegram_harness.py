"""The Telegram surface and the stand-in put together, for tests over sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress

import pytest

from bot.chat.telegram import Telegram, TelegramOptions
from bot.chat.telegram_poll import Pace
from bot.domain.card import Button, Card, Section
from bot.domain.errors import ChatError
from bot.ports import Desk
from bot.runtime.tasks import spawn
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_world import Room

GROUP = -1001
TOPIC = 5
FAST = Pace(poll=20, pause=0.01, read=5.0, silence=20.0, retry=0.01, retry_most=0.05, drain=1.0, rival=1)
CARD = Card(
    tone="critical",
    title="payments: errors at 31%",
    sections=(Section("Why", ("v2 was deployed 2 min ago",)), Section("Log", ("boom <b>",), mono=True)),
    buttons=(
        Button("approve", "Approve", "abcdef012345", "d" * 32),
        Button("reject", "Reject", "abcdef012345", "d" * 32),
    ),
    footer="words from rules",
    link="http://127.0.0.1:8484/incidents/1",
)


@asynccontextmanager
async def serving() -> AsyncIterator[TelegramStandIn]:
    """A stand-in whose bot is in one group with one topic."""
    async with TelegramStandIn() as standin:
        standin.world.add(Room(GROUP, topics={TOPIC: True}))
        yield standin


@asynccontextmanager
async def surface(
    server: TelegramStandIn, pace: Pace = FAST, token: str = TOKEN, topic: int | None = TOPIC
) -> AsyncIterator[Telegram]:
    """The surface under test, closed at the end."""
    telegram = Telegram(TelegramOptions(chat=GROUP, topic=topic, api_url=server.url), token, pace)
    try:
        yield telegram
    finally:
        await telegram.close()


@asynccontextmanager
async def listening(telegram: Telegram, desk: Desk) -> AsyncIterator[None]:
    """The surface listens meanwhile."""
    task = spawn("telegram listens", telegram.listen(desk))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def refusal(call: Awaitable[object]) -> ChatError:
    """The error that this call must end with."""
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value
