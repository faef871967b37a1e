"""What Steward says in Slack beside incidents: answers, dialogs, the app's Home. In the background, after the ack."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import slack_blocks, slack_views
from bot.chat.slack_errors import ask
from bot.chat.slack_payloads import Spot
from bot.domain.errors import ChatError
from bot.domain.people import Answer
from bot.runtime.tasks import spawn

log = logging.getLogger(__name__)

T = TypeVar("T")


class Voice:
    """Says things and keeps what is under way. `web` gives the client. What Slack refuses is one line in the log."""

    def __init__(self, web: Callable[[], AsyncWebClient]) -> None:
        self._web = web
        self._under_way: set[asyncio.Task[Any]] = set()

    def later(self, name: str, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Starts something that `close` waits for."""
        task = spawn(name, work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    def tell(self, spot: Spot, answer: Answer) -> None:
        """Shows an answer in a channel, or at the Home where there is none; the acknowledgement does not wait."""
        self.later("slack answer", self._told(spot, answer))

    def dialog(self, trigger: str, view: dict[str, Any], spot: Spot, instead: Answer) -> None:
        """Opens a dialog, within 3 seconds of the click that `trigger` is of; tells `instead` if Slack refuses it."""
        self.later("slack dialog", self._asked(trigger, view, spot, instead))

    async def close(self, drain: float) -> None:
        """Waits so many seconds for what is under way, and gives up what then still is."""
        try:
            async with asyncio.timeout(drain):
                while self._under_way:  # what ends may have more to say
                    await asyncio.wait(self._under_way)
        except TimeoutError:
            late = len(self._under_way)
            log.warning(
                "Slack: %s still being made at the end", "1 answer was" if late == 1 else f"{late} answers were"
            )
            for task in self._under_way:
                task.cancel()

    async def _told(self, spot: Spot, answer: Answer) -> None:
        message = slack_blocks.answer(answer)
        if not message.blocks:
            return
        doing = f"answer {spot.user} in {spot.channel}" if spot.channel else f"show {spot.user} the Home"
        try:
            await ask(doing, self._saying(spot, message))
        except ChatError as error:
            log.warning("%s", error)

    async def _saying(self, spot: Spot, message: slack_blocks.Message) -> AsyncSlackResponse:
        web = self._web()
        if not spot.channel:
            return await web.views_publish(user_id=spot.user, view=slack_views.home(message))
        if spot.aloud:
            return await web.chat_postMessage(
                channel=spot.channel,
                thread_ts=spot.thread or None,
                text=message.text,
                blocks=message.blocks,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
            )
        return await web.chat_postEphemeral(
            channel=spot.channel,
            user=spot.user,
            thread_ts=spot.thread or None,
            text=message.text,
            blocks=message.blocks,
            parse="none",
        )

    async def _asked(self, trigger: str, view: dict[str, Any], spot: Spot, instead: Answer) -> None:
        try:
            await ask("open a dialog", self._web().views_open(trigger_id=trigger, view=view))
        except ChatError as error:
            log.warning("%s", error)
            self.tell(spot, instead)
