"""What went wrong with Slack, as one clear line. No token and no socket address ever enters a message.

Source of the codes: the error lists of the methods' pages on docs.slack.dev.
"""

import asyncio
from collections.abc import Awaitable

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import ChatError

FAILURES = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError, AttributeError)
"""All that a call of the SDK raises when Slack or the way to it fails; it trips (AttributeError) over plain text."""

_RETRY_MAY_HELP = {"ratelimited", "rate_limited", "service_unavailable"}
_IN_DOUBT = {"internal_error", "fatal_error", "request_timeout"}  # "some aspect of the operation may have succeeded"
_GONE = {"message_not_found", "thread_not_found"}

_COPY = "copy the token again from api.slack.com/apps into {token}"
_INVITE = "type /invite @steward in that channel"
_REPORT = "this is a fault of Steward, please report it"
_UNKNOWN = "look the code up on docs.slack.dev"
_LOOK_UP = {"SLACK_APP_TOKEN": "is Socket Mode on in the app's settings? Else "}
_MENDS = {
    "invalid_auth": _COPY,
    "not_authed": "set {token}",
    "account_inactive": _COPY,
    "token_revoked": "install the app again and " + _COPY,
    "token_expired": "install the app again and " + _COPY,
    "not_allowed_token_type": "wrong kind of token: SLACK_BOT_TOKEN starts with xoxb-, SLACK_APP_TOKEN with xapp-",
    "missing_scope": "add the scope in the app's settings and install the app again",
    "missing_scope for SLACK_APP_TOKEN": "generate one with connections:write under Basic Information > App-Level "
    "Tokens in the app's settings, and set {token}",
    "access_denied": "ask an admin of the workspace to allow the app",
    "channel_not_found": "set chat.slack.channel to the channel's id, and if it is private " + _INVITE,
    "not_in_channel": _INVITE,
    "is_archived": "bring the channel back or name another in chat.slack.channel",
    "restricted_action": "ask an admin to let apps post in that channel",
    "cant_update_message": "only the app that posted a message can edit it: was the app changed?",
    "edit_window_closed": "the workspace does not allow edits of old messages",
    "invalid_blocks": _REPORT,
    "msg_too_long": _REPORT,
    "msg_blocks_too_long": _REPORT,
    "no_text": _REPORT,
    "expired_trigger_id": "more than 3 seconds went by since the click",
    "not_enabled": "switch on the Home Tab under App Home in the app's settings",
    "HTTP 404": "look at chat.slack.api_url",
    **dict.fromkeys(_GONE, "the message was deleted"),
}


async def ask(doing: str, call: Awaitable[AsyncSlackResponse], variable: str = "SLACK_BOT_TOKEN") -> AsyncSlackResponse:
    """Awaits a call of the SDK. Arguments as for `explain`.

    Raises:
        ChatError: Slack refused, or did not answer.
    """
    try:
        return await call
    except FAILURES as error:
        raise explain(doing, error, variable) from None  # the SDK's error holds headers and addresses


def explain(doing: str, error: Exception, variable: str = "SLACK_BOT_TOKEN") -> ChatError:
    """The error of one call as a ChatError.

    Args:
        doing: what was tried, such as "post to C0123".
        error: one of FAILURES.
        variable: the name of the environment variable that holds the token which was used.
    """
    if isinstance(error, SlackApiError):
        return _refused(doing, error, variable)
    if isinstance(error, aiohttp.ClientResponseError):  # its own words hold the address, and so the socket's ticket
        return ChatError(f"Slack: could not {doing}: the connection was refused with HTTP {error.status}")
    if isinstance(error, aiohttp.ClientConnectorError):
        reason = error.strerror or type(error).__name__
        return ChatError(f"Slack: could not {doing}: no connection to {error.host}:{error.port} ({reason})")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ChatError(f"Slack: could not {doing}: no connection in time; look at the network, proxy and firewall")
    if isinstance(error, asyncio.TimeoutError):
        return ChatError(f"Slack: could not {doing}: no answer in time", maybe_sent=True)
    return ChatError(f"Slack: could not {doing}: {type(error).__name__} before the answer came", maybe_sent=True)


def _refused(doing: str, error: SlackApiError, variable: str) -> ChatError:
    """Slack's own refusal. `response` is the SDK's, or aiohttp's when the body was no JSON."""
    status = int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0))
    data = getattr(error.response, "data", None)
    body = data if isinstance(data, dict) else {}
    code = str(body.get("error") or f"HTTP {status}")
    retry_after = _seconds(error.response.headers.get("Retry-After"))
    if status == 429 or code in _RETRY_MAY_HELP or status == 503:
        return ChatError(f"Slack: could not {doing}: {code}; trying again later", retry_after=retry_after)
    if status >= 500 or code in _IN_DOUBT or code == "HTTP 200":
        return ChatError(f"Slack: could not {doing}: {code}; trying again later", maybe_sent=True)
    mend = _MENDS.get(f"{code} for {variable}") or _MENDS.get(code) or _LOOK_UP.get(variable, "") + _UNKNOWN
    mend = mend.format(token=variable)
    needed = f" {body['needed']}" if "needed" in body else ""
    return ChatError(f"Slack: could not {doing}: {code}{needed}: {mend}", permanent=code in _MENDS, gone=code in _GONE)


def _seconds(header: str | None) -> float:
    """Slack's Retry-After: whole seconds; 0 where it is missing or odd."""
    return float(header) if header is not None and header.isdecimal() else 0.0
