"""What every request and every answer passes: headers, a bound on bodies, and a check of who sent a change."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 1_000_000
"""Bytes of the largest body that is read."""

SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SafeHeaders:
    """Sets the security headers on every answer. Files are asked for again each time, all else is never stored."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and the answer back."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY)
                headers["Cache-Control"] = "no-cache" if scope["path"].startswith("/static/") else "no-store"
            await send(message)

        await self._app(scope, receive, dressed)


class SmallBodies:
    """Refuses a body over the limit: at once when its length is told, else as soon as it has grown too long."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        read = 0

        async def counted() -> Message:
            nonlocal read
            told = Headers(scope=scope).get("content-length", "0")
            message = await receive() if int(told) <= self._most else {"type": "http.request"}
            read += len(message.get("body", b""))
            if max(read, int(told)) > self._most:
                raise HTTPException(413, f"the body is larger than {self._most} bytes")
            return message

        await self._app(scope, counted, send)


def foreign(headers: Mapping[str, str]) -> str:
    """Why a request that changes something does not come from our own page or from a script; empty when it may pass.

    A browser always says where a change comes from, in Sec-Fetch-Site or in Origin; a script says neither.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return f"this request came from another site ({site[:20]}): decide on Steward's own page"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return "this request came from another origin: decide on Steward's own page"
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return "" if kind == "application/json" else "send the body as Content-Type: application/json"
