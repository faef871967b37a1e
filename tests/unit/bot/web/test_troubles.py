"""Errors as one clear line."""

import httpx
import pytest
from fastapi import FastAPI, Query

from bot.domain.errors import StoreError
from bot.web.fences import SECURITY
from bot.web.troubles import answer_troubles


def failing() -> FastAPI:
    app = FastAPI()
    answer_troubles(app)

    @app.get("/store")
    async def store() -> None:
        raise StoreError("the store at sqlite:///steward.db failed: disk full")

    @app.get("/bug")
    async def bug() -> None:
        raise KeyError("secret")

    @app.get("/number")
    async def number(n: int = Query()) -> int:
        return n

    return app


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/store", 503, "the store at sqlite:///steward.db failed: disk full"),
        ("/bug", 500, "a bug in Steward (KeyError): its log says where"),
        ("/number?n=xyz", 422, "query.n: Input should be a valid integer, unable to parse string as an integer"),
        ("/number", 422, "query.n: Field required"),
        ("/none", 404, "Not Found"),
    ],
)
async def test_every_error_is_one_line_of_json(path: str, status: int, detail: str) -> None:
    transport = httpx.ASGITransport(failing(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://steward.example") as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    if status == 500:
        assert {name: answer.headers.get(name) for name in SECURITY} == dict(SECURITY)
