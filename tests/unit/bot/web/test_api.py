"""The application as a whole: what needs a person, and what its document says."""

import httpx
import pytest

from bot.web.fences import SECURITY
from tests.fakes.web import Page

OPEN = {"/health"}


def operations(page: Page) -> list[tuple[str, str]]:
    return [(verb, path) for path, verbs in page.app.openapi()["paths"].items() for verb in verbs]


async def test_everything_but_health_needs_a_person(page: Page, visitor: httpx.AsyncClient) -> None:
    for verb, path in operations(page):
        answer = await visitor.request(verb, path.replace("{", "").replace("}", ""), json={"digest": "a" * 32})
        assert answer.status_code == (200 if path in OPEN else 401), path
        if path not in OPEN:
            assert "open the link" in answer.json()["detail"]


async def test_the_document_names_every_answer(page: Page, owner: httpx.AsyncClient) -> None:
    told = (await owner.get("/api/openapi.json")).json()
    approve = told["paths"]["/api/proposals/{proposal_id}/approve"]["post"]
    assert {"200", "401", "403", "404", "409", "413", "415", "422", "503"} == approve["responses"].keys()
    assert approve["security"] == [{"session": []}, {"one-time link": []}]
    incident = told["paths"]["/api/incidents/{incident_id}"]["get"]["responses"]["200"]["content"]
    assert incident == {"application/json": {"schema": {"$ref": "#/components/schemas/Detail"}}}


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_pages_that_load_scripts_from_elsewhere_are_off(owner: httpx.AsyncClient, path: str) -> None:
    assert (await owner.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/", "/health", "/api/incidents", "/static/app.js", "/enter/x", "/nowhere"])
async def test_every_answer_is_safe_to_show(visitor: httpx.AsyncClient, path: str) -> None:
    headers = (await visitor.get(path)).headers
    assert {name: headers.get(name) for name in SECURITY} == dict(SECURITY)
