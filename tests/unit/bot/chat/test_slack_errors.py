"""Each failure becomes one line with the mend, and says truly whether the message may have arrived."""

from collections.abc import Mapping

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bot.chat.slack_errors import FAILURES, explain

SECRET = "xoxb-secret"


def refused(status: int, body: dict[str, object], headers: Mapping[str, str] | None = None) -> SlackApiError:
    asked = {"headers": {"Authorization": f"Bearer {SECRET}"}}
    response = AsyncSlackResponse(
        client=AsyncWebClient(SECRET),
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args=asked,
        data=body,
        headers=dict(headers or {}),
        status_code=status,
    )
    return SlackApiError("failed", response)  # type: ignore[no-untyped-call]  # the SDK has no annotation there


def handshake() -> aiohttp.WSServerHandshakeError:
    url = URL(f"wss://wss.slack.com/link?ticket={SECRET}")
    info = aiohttp.RequestInfo(url, "GET", CIMultiDictProxy(CIMultiDict()), url)
    return aiohttp.WSServerHandshakeError(info, (), status=403, message="refused")


def no_connection() -> aiohttp.ClientConnectorError:
    key = ConnectionKey("slack.com", 443, True, True, None, None, None)
    return aiohttp.ClientConnectorError(key, OSError(111, "Connection refused"))


@pytest.mark.parametrize(
    ("error", "said", "marks"),
    [
        (refused(200, {"error": "not_in_channel"}), "not_in_channel: type /invite @steward", "permanent"),
        (refused(200, {"error": "invalid_auth"}), "invalid_auth: copy the token again", "permanent"),
        (
            refused(200, {"error": "missing_scope", "needed": "chat:write"}),
            "missing_scope chat:write: add",
            "permanent",
        ),
        (refused(200, {"error": "message_not_found"}), "the message was deleted", "permanent gone"),
        (refused(404, {}), "HTTP 404: look at chat.slack.api_url", "permanent"),
        (refused(200, {"error": "brand_new_code"}), "brand_new_code: look the code up", ""),
        (refused(429, {"error": "ratelimited"}, {"Retry-After": "30"}), "ratelimited", "wait30"),
        (refused(429, {}, {"Retry-After": "soon"}), "HTTP 429", ""),
        (refused(503, {}), "HTTP 503", ""),
        (refused(200, {"error": "service_unavailable"}), "service_unavailable", ""),
        (refused(500, {}), "HTTP 500", "maybe"),
        (refused(502, {}), "HTTP 502", "maybe"),
        (refused(200, {}), "HTTP 200", "maybe"),
        (refused(200, {"error": "fatal_error"}), "fatal_error", "maybe"),
        (no_connection(), "no connection to slack.com:443", ""),
        (aiohttp.ConnectionTimeoutError(), "no connection in time", ""),
        (handshake(), "refused with HTTP 403", ""),
        (TimeoutError(), "no answer in time", "maybe"),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError before the answer came", "maybe"),
        (ConnectionResetError(SECRET), "ConnectionResetError", "maybe"),
        (AttributeError(SECRET), "AttributeError", "maybe"),
    ],
)
def test_each_failure_says_what_to_do_and_what_is_known(error: Exception, said: str, marks: str) -> None:
    assert isinstance(error, FAILURES)
    told = explain("post to C1", error)
    assert said in str(told)
    assert str(told).startswith("Slack: could not post to C1: ")
    assert "\n" not in str(told)
    assert SECRET not in str(told)
    assert told.permanent == ("permanent" in marks)
    assert told.gone == ("gone" in marks)
    assert told.maybe_sent == ("maybe" in marks)
    assert told.retry_after == (30.0 if "wait30" in marks else 0.0)


def test_the_variable_of_the_bad_token_is_named() -> None:
    assert "SLACK_APP_TOKEN" in str(
        explain("open a socket", refused(200, {"error": "invalid_auth"}), "SLACK_APP_TOKEN")
    )
