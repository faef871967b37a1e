"""Polling Telegram for updates, watched: it never ends silently.

One 401 or 404 ends the library's polling for good while it still says that it runs, a lost answer is retried without
a word, and a poller whose end raised cannot be started again. So each poll's result is noted where it arrives, and
a poller is a throw-away: when it ended or fell silent, the caller begins a new one.
"""

import asyncio
import copy
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.error import Conflict, TelegramError
from telegram.ext import Application, Updater
from telegram.request import HTTPXRequest

from bot.chat.telegram_errors import REFUSED, conflict

log = logging.getLogger(__name__)

UPDATES = ("message", "callback_query")


@dataclass(frozen=True, slots=True)
class Pace:
    """Time scales, in seconds."""

    poll: int = 20
    """How long one poll waits for something to happen."""
    pause: float = 0.0
    """Between two polls; after failures the library lengthens it, to 30 s at most."""
    read: float = 10.0
    """How long an answer may take, beyond the poll's own waiting."""
    silence: float = 90.0
    """Without the end of any poll for so long, polling is begun anew."""
    retry: float = 1.0
    retry_most: float = 30.0
    """Before polling is begun anew: doubles from one to the other."""
    drain: float = 4.0
    """At the end: how long for handlers in flight, and for the last word to Telegram."""
    rival: int = 2
    """How long `check` polls to see whether another process does too."""


class Pulse:
    """What the last poll said. `trouble` is empty while polls are good; each change is logged once."""

    def __init__(self) -> None:
        self.trouble = ""
        self.good_polls = 0
        self._dead = False
        self._beat = asyncio.Event()

    def begin(self) -> None:
        """A new poller is about to poll."""
        self._dead = False

    def good(self) -> None:
        """A poll was answered as it should be."""
        if self.trouble:
            log.info("Telegram is polled again")
        self.trouble = ""
        self.good_polls += 1
        self._beat.set()

    def bad(self, trouble: str, *, dead: bool = False) -> None:
        """A poll failed. `dead`: the library will not poll again."""
        if trouble != self.trouble:
            log.warning("%s", trouble)
        self.trouble = trouble
        self._dead = dead
        self._beat.set()

    async def end(self, silence: float) -> None:
        """Returns when polling is dead, or no poll ended for `silence` seconds."""
        while not self._dead:
            self._beat.clear()
            try:
                async with asyncio.timeout(silence):
                    await self._beat.wait()
            except TimeoutError:
                self.bad(f"Telegram polling has been silent for {silence:g} s: it is begun anew")
                return


class PollRequest(HTTPXRequest):
    """The library's HTTP client for getUpdates, telling the pulse how each poll ended."""

    def __init__(self, pulse: Pulse, address: str, read: float) -> None:
        super().__init__(connection_pool_size=4, read_timeout=read, connect_timeout=read, pool_timeout=read)
        self._pulse = pulse
        self._address = address

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One poll.

        Raises:
            TelegramError: no answer came.
        """
        try:
            status, payload = await super().do_request(*args, **kwargs)
        except TelegramError:
            self._pulse.bad(f"Telegram at {self._address} cannot be reached: it is tried again and again")
            raise
        answer = _answer(payload)
        if status == HTTPStatus.OK and isinstance(answer.get("result"), list):
            payload = _readable(answer)
            self._pulse.good()
        elif status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            self._pulse.bad(REFUSED, dead=True)
        elif status == HTTPStatus.CONFLICT:
            self._pulse.bad(conflict(str(answer.get("description"))))
        else:
            self._pulse.bad(f"Telegram at {self._address} answers {status} to a poll: it is tried again and again")
        return status, payload


def _answer(payload: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        answer = json.loads(payload)
        if isinstance(answer, dict):
            return answer
    return {}


def _readable(answer: dict[str, Any]) -> bytes:
    """The answer with unreadable updates made empty: the library would ask for them for ever, and get no further."""
    answer["result"] = [update if _reads(update) else {"update_id": update["update_id"]} for update in answer["result"]]
    return json.dumps(answer).encode()


def _reads(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(copy.deepcopy(update), None)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        log.warning("an update from Telegram cannot be read and is left out: %s", type(error).__name__)
        return False
    return True


async def poll(app: Application[Any, Any, Any, Any, Any, Any], pulse: Pulse, pace: Pace) -> None:
    """Polls into the application's queue until polling ended or fell silent.

    Raises:
        TelegramError: polling could not begin.
    """
    updater = Updater(app.bot, app.update_queue)
    await updater.initialize()
    pulse.begin()
    try:
        # A first poll that does not wait and confirms nothing: the pulse knows at once whether all is well.
        with suppress(Conflict):  # a webhook, which the library now takes away; another poller shows again below
            await app.bot.get_updates(timeout=0, limit=1, allowed_updates=UPDATES)
        await updater.start_polling(
            poll_interval=pace.pause, timeout=pace.poll, allowed_updates=UPDATES, error_callback=_known
        )
        await pulse.end(pace.silence)
    finally:
        # The end of a refused poller raises its refusal again; and its last word to Telegram may hang.
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(pace.drain):
                if updater.running:
                    await updater.stop()


def _known(_: TelegramError) -> None:
    """The pulse knows already."""
