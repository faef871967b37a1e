"""The pulse; polling itself is tried over sockets in tests/contracts/test_telegram_over_sockets.py."""

import asyncio
import logging

import pytest

from bot.chat.telegram_poll import Pulse
from bot.runtime.tasks import spawn


def test_a_change_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    pulse = Pulse()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            pulse.good()
        for _ in range(3):
            pulse.bad("down")
        for _ in range(3):
            pulse.good()
    assert caplog.messages == ["down", "Telegram is polled again"]
    assert (pulse.trouble, pulse.good_polls) == ("", 6)


async def test_polling_ends_when_it_is_dead_and_not_before() -> None:
    pulse = Pulse()
    pulse.begin()
    watch = spawn("watch", pulse.end(60))
    pulse.good()
    pulse.bad("down")
    await asyncio.sleep(0)
    assert not watch.done()
    pulse.bad("token", dead=True)
    await watch
    assert pulse.trouble == "token"


async def test_an_end_before_the_watch_began_is_seen() -> None:
    pulse = Pulse()
    pulse.begin()
    pulse.bad("token", dead=True)
    await pulse.end(60)


async def test_silence_ends_polling_and_is_trouble() -> None:
    pulse = Pulse()
    pulse.begin()
    await pulse.end(0)
    assert "silent" in pulse.trouble
