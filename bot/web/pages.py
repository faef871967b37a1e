"""The page's files, and the door to it."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Cookie, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.door import COOKIE, SESSION_LASTS, Door

STATIC = Path(__file__).parent / "static"
Token = Annotated[str, InPath(max_length=200)]


def files() -> StaticFiles:
    """Styles, scripts and pictures."""
    return StaticFiles(directory=STATIC)


def router(door: Door) -> APIRouter:
    """The page itself, and `/enter/<token>`.

    Looking at the link (GET) spends nothing, so that a preview of it does no harm. Following it (POST, which the
    page behind it does by itself) answers 303 with the session's cookie; or 403 when the link is not good any more.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    @routes.get("/enter/{_token}")
    async def look(cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> Response:
        if cookie and await door.who(cookie):
            return RedirectResponse("../", 303)
        return FileResponse(STATIC / "enter.html")

    @routes.post("/enter/{token}")
    async def enter(token: Token, request: Request) -> Response:
        session = await door.enter(token)
        if session is None:
            return FileResponse(STATIC / "spent.html", 403)
        answer = RedirectResponse("../", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, session, max_age=int(SESSION_LASTS), path="/", secure=secure, httponly=True, samesite="strict"
        )
        return answer

    return routes
