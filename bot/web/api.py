"""The API and the page as one FastAPI application. Everything but `/health` and the page's files needs a person."""

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from bot.web import decisions, pages, routes, wishes
from bot.web.fences import SafeHeaders, SmallBodies
from bot.web.parts import Parts
from bot.web.troubles import answer_troubles
from bot.web.views import Trouble
from bot.web.who import Who

REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": Trouble} for code in (401, 403, 404, 413, 415, 422, 503)}


def create(parts: Parts) -> FastAPI:
    """The application. It starts nothing and keeps nothing of its own."""
    app = FastAPI(
        title="Steward",
        version=parts.version,
        openapi_url=None,  # served below, to signed-in people
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # a path can carry the one-time link
    )
    app.add_middleware(SmallBodies)
    app.add_middleware(GZipMiddleware, minimum_size=2000, compresslevel=5)  # leaves event streams alone
    app.add_middleware(SafeHeaders)
    answer_troubles(app)
    app.include_router(routes.health(parts))
    app.include_router(routes.reading(parts), responses=REFUSALS)
    app.include_router(routes.acting(parts), responses=REFUSALS)
    app.include_router(decisions.on_proposals(parts), responses=REFUSALS)
    app.include_router(decisions.on_actions(parts), responses=REFUSALS)
    app.include_router(wishes.reading(parts), responses=REFUSALS)
    app.include_router(wishes.on_incidents(parts), responses=REFUSALS)
    app.include_router(wishes.on_words(parts), responses=REFUSALS)
    app.include_router(pages.router(parts.door))
    app.mount("/static", pages.files())

    @app.get("/api/openapi.json", include_in_schema=False, dependencies=[Depends(Who(parts.door))])
    async def document() -> dict[str, Any]:
        return app.openapi()

    return app
