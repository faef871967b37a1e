"""The page's files, and the door to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Cookie, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.door import COOKIE, SESSION_LASTS, Door

STATIC = Path(__file__).parent / "static"
PREVIEWERS = ("bot", "preview", "externalhit", "crawler", "spider", "unfurl")
"""What the programs call themselves that fetch a link which somebody wrote into a chat."""

Token = Annotated[str, InPath(max_length=200)]


def files() -> StaticFiles:
    """Styles, scripts and pictures."""
    return StaticFiles(directory=STATIC)


def router(door: Door) -> APIRouter:
    """The page itself, and `/enter/<token>`.

    Following the link (GET or POST) answers 303 with the session's cookie, or 403 when it is not good any more. What
    only looks ahead, such as a chat's preview or a browser's prefetch, spends nothing: it sees a page with a button.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    @routes.get("/enter/{token}")
    async def follow(
        token: Token, request: Request, cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None
    ) -> Response:
        if cookie and await door.who(cookie):
            return RedirectResponse("../", 303)
        if looks_ahead(request.headers):
            return FileResponse(STATIC / "enter.html")
        return await _in(door, token, request)

    @routes.post("/enter/{token}")
    async def enter(token: Token, request: Request) -> Response:
        return await _in(door, token, request)

    return routes


def looks_ahead(headers: Mapping[str, str]) -> bool:
    """Whether a request is a preview or a prefetch and no person's."""
    agent = headers.get("user-agent", "").lower()
    purpose = headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-purpose", "")
    return bool(purpose) or any(word in agent for word in PREVIEWERS)


async def _in(door: Door, token: str, request: Request) -> Response:
    session = await door.enter(token)
    if session is None:
        return FileResponse(STATIC / "spent.html", 403)
    answer = RedirectResponse("../", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, session, max_age=int(SESSION_LASTS), path="/", secure=secure, httponly=True, samesite="strict"
    )
    return answer
