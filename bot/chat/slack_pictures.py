"""Pictures in Slack: a file that only messages of ours show, and the message that shows it.

A ref is `channel:ts:file`, so that the file can be deleted when a newer picture takes its place.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import slack_blocks
from bot.chat.slack_errors import ask
from bot.domain.card import Image
from bot.domain.errors import ChatError

log = logging.getLogger(__name__)

TITLE, ALT = 255, 1000  # characters of a file's title and description
TRIES = 5
"""Slack refuses a message with a file that it still works on; that takes a second or two."""


async def show(web: AsyncWebClient, thread: str, image: Image, old: str, pause: float) -> str:
    """Uploads a picture and shows it in a thread, or in place of an older one.

    Args:
        web: the client.
        thread: the ref of the thread's root.
        image: the picture.
        old: the ref of the picture that this one replaces; empty when there is none.
        pause: seconds between two tries while Slack works on the file.

    Returns:
        the ref of the picture.

    Raises:
        ChatError: it is not shown.
    """
    file = await _upload(web, image)
    shown = slack_blocks.picture(image, file)
    channel, ts, *_ = (old or thread).split(":")

    async def send() -> AsyncSlackResponse:
        if old:
            return await web.chat_update(
                channel=channel, ts=ts, text=shown.text, blocks=shown.blocks, parse="none", link_names=False
            )
        return await web.chat_postMessage(
            channel=channel, thread_ts=ts, text=shown.text, blocks=shown.blocks, parse="none"
        )

    try:
        sent = await ask(f"show a picture in {channel}", _once_ready(send, pause))
    except ChatError as error:
        if not error.maybe_sent:
            await _delete(web, file)
        raise
    if before := old.split(":")[2:]:
        await _delete(web, before[0])
    return f"{sent['channel']}:{sent['ts']}:{file}"


async def _upload(web: AsyncWebClient, image: Image) -> str:
    """The id of the new file. Whatever fails, nobody has seen a picture yet."""
    uploading = web.files_upload_v2(
        content=image.png, filename="chart.png", title=image.title[:TITLE], alt_txt=image.alt[:ALT]
    )
    try:
        sent = await ask("upload a picture", uploading)
    except ChatError as error:
        raise ChatError(str(error), permanent=error.permanent, retry_after=error.retry_after) from None
    return str(sent["file"]["id"])


async def _once_ready(send: Callable[[], Awaitable[AsyncSlackResponse]], pause: float) -> AsyncSlackResponse:
    for _ in range(TRIES - 1):
        try:
            return await send()
        except SlackApiError as error:
            if error.response.get("error") != "invalid_blocks":
                raise
        await asyncio.sleep(pause)
    return await send()


async def _delete(web: AsyncWebClient, file: str) -> None:
    """Deletes a file that nobody sees any more; one that stays does no harm."""
    try:
        await ask(f"delete picture {file}", web.files_delete(file=file))
    except ChatError as error:
        log.info("%s", error)
