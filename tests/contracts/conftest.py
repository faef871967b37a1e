"""Telegram's stand-in and the surface over it, for the contracts over real sockets."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.telegram import Telegram
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_harness import serving, surface


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandIn]:
    async with serving() as standin:
        yield standin


@pytest.fixture
async def chat(server: TelegramStandIn) -> AsyncIterator[Telegram]:
    async with surface(server) as telegram:
        yield telegram
