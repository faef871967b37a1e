"""The Slack channels that the bot is in."""

import re

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat.places import Place
from bot.chat.slack_app import API, PRIVATE
from bot.chat.slack_errors import FAILURES, explain
from bot.chat.slack_socket import SDK_LOG, proxy_for

PAGES = 5
PAGE = 200
PATIENCE = 10.0
"""Seconds for one call."""


def channel_id(text: str) -> str:
    """The text, if it can be a channel's id.

    Raises:
        ValueError: it cannot; most often it is the name.
    """
    if not re.fullmatch(r"[CG][A-Z0-9]+", text):
        raise ValueError(
            "must be the channel's id, such as C0123456789, and not its name: `steward init --chats` shows both"
        )
    return text


def granted(answer: AsyncSlackResponse) -> set[str]:
    """The scopes of the token that a call was made with."""
    return {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}


async def channels(web: AsyncWebClient, scopes: set[str]) -> list[Place]:
    """The channels that the bot is in, as far as its scopes let it see them; the first thousand.

    Raises:
        One of FAILURES.
    """
    types = "public_channel,private_channel" if PRIVATE in scopes else "public_channel"
    found: list[Place] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = await web.users_conversations(types=types, exclude_archived=True, limit=PAGE, cursor=cursor)
        found += [
            Place(f"#{one.get('name')}", str(one["id"]), "private" if one.get("is_private") else "")
            for one in page.get("channels") or ()
        ]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return found


async def seen(token: str, api_url: str = API) -> list[Place]:
    """The channels, for a token alone.

    Raises:
        ChatError: Slack refuses, or cannot be reached.
    """
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        web = AsyncWebClient(token, api_url, session=session, logger=SDK_LOG)
        web.proxy = proxy_for(api_url)
        try:
            return await channels(web, granted(await web.auth_test()))
        except FAILURES as error:
            raise explain("list the channels", error) from None
