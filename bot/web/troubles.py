"""Every error as one clear line of JSON: `{"detail": ...}`. What was sent is never repeated."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from bot.domain.errors import StewardError
from bot.web.fences import SECURITY


def answer_troubles(app: FastAPI) -> None:
    """Registers the handlers."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StewardError, _failed)
    app.add_exception_handler(Exception, _bug)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"detail": f"{place}: {first['msg']}"}, 422)


async def _failed(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 503)


async def _bug(_request: Request, error: Exception) -> JSONResponse:
    # This answer is made outside of every middleware, so it brings its headers itself.
    words = f"a bug in Steward ({type(error).__name__}): its log says where"
    return JSONResponse({"detail": words}, 500, headers=dict(SECURITY))
