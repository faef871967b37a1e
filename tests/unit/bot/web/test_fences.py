"""Headers on every answer, a bound on bodies, and whose changes pass."""

from collections.abc import Mapping

import pytest
from fastapi import HTTPException
from starlette.types import Message, Receive, Scope, Send

from bot.web.fences import SECURITY, SafeHeaders, SmallBodies, foreign

JSON = {"content-type": "application/json", "host": "steward.example:8484"}


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, ""),
        ({"content-type": "application/json; charset=utf-8"}, ""),
        ({"sec-fetch-site": "same-origin"}, ""),
        ({"sec-fetch-site": "cross-site"}, "another site"),
        ({"sec-fetch-site": "same-site"}, "another site"),
        ({"sec-fetch-site": "none"}, "another site"),
        ({"origin": "https://steward.example:8484"}, ""),
        ({"origin": "https://STEWARD.example:8484"}, ""),
        ({"origin": "https://steward.example"}, "another origin"),
        ({"origin": "https://evil.example"}, "another origin"),
        ({"origin": "null"}, "another origin"),
        ({"content-type": "text/plain"}, "Content-Type"),
        ({"content-type": "application/x-www-form-urlencoded"}, "Content-Type"),
        ({"content-type": ""}, "Content-Type"),
    ],
)
def test_whose_changes_pass(headers: Mapping[str, str], words: str) -> None:
    reason = foreign({**JSON, **headers})
    assert (words in reason) if words else not reason


async def _reader(scope: Scope, receive: Receive, send: Send) -> None:
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _pass(scope: Mapping[str, object], *bodies: bytes, most: int = 10) -> list[Message]:
    sent: list[Message] = []
    waiting = [{"type": "http.request", "body": body, "more_body": True} for body in bodies]

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    whole = {"type": "http", "path": "/", "headers": [], **scope}
    await SafeHeaders(SmallBodies(_reader, most))(whole, receive, send)
    return sent


@pytest.mark.parametrize("bodies", [(), (b"0123456789",), (b"01234", b"56789")])
async def test_a_small_body_passes(bodies: tuple[bytes, ...]) -> None:
    assert (await _pass({}, *bodies))[0]["status"] == 200


@pytest.mark.parametrize("bodies", [(b"0123456789x",), (b"01234", b"56789", b"x")])
async def test_a_body_that_grows_too_long_is_refused(bodies: tuple[bytes, ...]) -> None:
    with pytest.raises(HTTPException, match="10 bytes"):
        await _pass({}, *bodies)


async def test_a_length_told_too_long_is_refused_before_anything_is_read() -> None:
    with pytest.raises(HTTPException, match="10 bytes"):
        await _pass({"headers": [(b"content-length", b"11")]})


@pytest.mark.parametrize(("path", "cache"), [("/static/app.js", "no-cache"), ("/", "no-store"), ("/api/x", "no-store")])
async def test_every_answer_carries_the_headers(path: str, cache: str) -> None:
    headers = {name.decode(): value.decode() for name, value in (await _pass({"path": path}))[0]["headers"]}
    assert {name.lower(): value for name, value in SECURITY.items()}.items() <= headers.items()
    assert headers["cache-control"] == cache
    assert "unsafe" not in headers["content-security-policy"]
