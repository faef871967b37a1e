"""Whether posting and listening in Slack would work; each finding with its mend. Posts nothing and opens no socket.

A socket opened only to look would take, and lose, clicks that are meant for a running Steward.
"""

from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.places import named
from bot.chat.slack_app import NAME, PRIVATE, SCOPES
from bot.chat.slack_errors import FAILURES, ask
from bot.chat.slack_places import channels, granted
from bot.domain.errors import ChatError

ADD = (
    f"paste {NAME} of `steward init --chats --force` under App Manifest in the app's settings, and install the app "
    "again"
)


async def findings(web: AsyncWebClient, channel: str, app_token: str) -> list[str]:
    """What is wrong, one line each.

    Raises:
        ChatError: the bot's token is refused, or Slack does not answer: nothing more can be looked at.
    """
    who = await ask("sign in", web.auth_test())
    scopes = granted(who)
    found = []
    if missing := [f"{scope} ({what})" for scope, what in SCOPES.items() if scope not in scopes]:
        found.append(f"Slack: the bot lacks the scope {' and '.join(missing)}: {ADD}")
    if "channels:read" in scopes:
        found += await _in_the_channel(web, channel, str(who.get("user") or "steward"), scopes)
    try:
        opening = web.apps_connections_open(app_token=app_token)
        await ask("get a ticket for a socket", opening, "SLACK_APP_TOKEN")
    except ChatError as error:
        found.append(str(error))
    return found


async def _in_the_channel(web: AsyncWebClient, channel: str, bot: str, scopes: set[str]) -> list[str]:
    try:
        info = await ask(f"look at channel {channel}", web.conversations_info(channel=channel))
    except ChatError as error:
        blind = f"; for a private channel the bot lacks the scope {PRIVATE}: {ADD}" if PRIVATE not in scopes else ""
        return [f"{error}{blind}{await _others(web, scopes)}"]
    about = info.get("channel") or {}
    name = f"#{about['name']} ({channel})" if about.get("name") else channel
    if about.get("is_archived"):
        return [f"Slack: channel {name} is archived: bring it back or name another{await _others(web, scopes)}"]
    if not about.get("is_member"):
        return [f"Slack: channel {name} lacks the bot: type /invite @{bot} there{await _others(web, scopes)}"]
    return []


async def _others(web: AsyncWebClient, scopes: set[str]) -> str:
    """The channels that could be meant; nothing when they cannot be listed."""
    try:
        places = await channels(web, scopes)
    except FAILURES:
        return ""
    return f"; the bot is in {named(places)}" if places else "; the bot is in no channel yet"
