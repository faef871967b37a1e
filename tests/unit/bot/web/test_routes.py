"""What the API answers, and what it hands to the desk."""

import httpx
import pytest

from bot.domain.people import Answer, Click
from bot.web.door import OWNER
from tests import builders as make
from tests import stories
from tests.builders import T
from tests.fakes.web import Page
from tests.standins.telegram_desk import LOCKED

DIGEST = make.proposal().digest


@pytest.mark.parametrize(
    ("parts", "status", "word"),
    [({}, 200, "ok"), ({"store": ""}, 200, "ok"), ({"store": "", "source shop": "it is blind"}, 503, "trouble")],
)
async def test_health_is_for_everybody(
    page: Page, visitor: httpx.AsyncClient, parts: dict[str, str], status: int, word: str
) -> None:
    page.health.parts = parts
    answer = await visitor.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (status, word)
    assert {part["name"]: part["trouble"] for part in answer.json()["parts"]} == parts


async def test_a_note_is_told_and_does_not_make_a_part_unwell(page: Page, visitor: httpx.AsyncClient) -> None:
    page.health.report("source logs", note="checkout.log has binary in it")
    answer = await visitor.get("/health")
    assert answer.status_code == 200
    assert answer.json()["parts"] == [
        {"name": "source logs", "up": True, "trouble": "", "note": "checkout.log has binary in it"}
    ]


async def test_metrics_can_be_opened(page: Page, visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/metrics")).status_code == 401
    async with Page(page.store, metrics_open=True).visitor() as anybody:
        answer = await anybody.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "steward_proposals_pending 0.0" in answer.text


async def test_status_counts_what_is_open(page: Page, owner: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    await stories.write(page.store, stories.leak(), [])
    told = (await owner.get("/api/status")).json()
    assert (told["open"], told["pending"], told["zone"], told["person"]) == (1, 1, "UTC", "Owner (Web)")


async def test_incidents_come_newest_first_and_in_pages(page: Page, owner: httpx.AsyncClient) -> None:
    for place in range(5):
        one = make.incident(id=f"i{place}", opened_at=T + place)
        await stories.write(
            page.store, make.dossier(one, make.proposal(f"p{place}", incident_id=f"i{place}"), events=()), []
        )
    first = (await owner.get("/api/incidents", params={"limit": 2})).json()
    assert [one["id"] for one in first] == ["i4", "i3"]
    assert [one["pending"] for one in first] == [1, 1]
    rest = (await owner.get("/api/incidents", params={"before": first[-1]["opened_at"]["epoch"]})).json()
    assert [one["id"] for one in rest] == ["i2", "i1", "i0"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "before=nan", "before=inf", "before=yesterday"])
async def test_a_bad_page_is_refused(owner: httpx.AsyncClient, query: str) -> None:
    answer = await owner.get(f"/api/incidents?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"query.{query.partition('=')[0]}: ")


@pytest.mark.parametrize("asked", ["3f2a9c01d4e7", "3f2"])
async def test_an_incident_is_found_by_the_beginning_of_its_id(
    page: Page, owner: httpx.AsyncClient, asked: str
) -> None:
    await stories.write(page.store, make.dossier(), [make.chart()])
    told = (await owner.get(f"/api/incidents/{asked}")).json()
    names = "state signals evidence suspects diagnosis proposals executions outcome timeline"
    assert set(names.split()) <= told.keys()
    assert told["proposals"][0]["digest"] == DIGEST
    assert told["charts"][0]["points"][-1] == {"t": T + 25, "value": 0.34, "expected": 0.0, "low": 0.0, "high": 0.02}


@pytest.mark.parametrize(("asked", "status"), [("none", 404), ("%25", 422), ("a" * 65, 422), ("x%00", 422)])
async def test_an_incident_that_is_not_there(owner: httpx.AsyncClient, asked: str, status: int) -> None:
    assert (await owner.get(f"/api/incidents/{asked}")).status_code == status


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_a_decision_goes_to_the_desk(page: Page, owner: httpx.AsyncClient, verb: str) -> None:
    await stories.write(page.store, make.dossier(), [])
    answer = await owner.post(f"/api/proposals/p1/{verb}", json={"digest": DIGEST})
    assert (answer.status_code, answer.json()) == (200, {"accepted": True, "text": "Approved"})
    assert page.desk.clicks == [Click(f"web/owner/p1/{verb}/{DIGEST[:32]}", OWNER, verb, "p1", DIGEST)]  # type: ignore[arg-type]  # a table's str


async def test_a_decision_sent_again_is_the_same_click(page: Page, owner: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    for digest in (DIGEST, DIGEST, DIGEST[:32]):
        await owner.post("/api/proposals/p1/approve", json={"digest": digest})
    assert len({click.id for click in page.desk.clicks}) == 1


async def test_a_refusal_of_the_desk_is_a_conflict(page: Page, owner: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    page.desk.answers.append(Answer("already approved by Ada (Slack)", accepted=False))
    answer = await owner.post("/api/proposals/p1/approve", json={"digest": DIGEST})
    assert (answer.status_code, answer.json()["text"]) == (409, "already approved by Ada (Slack)")


async def test_a_store_that_fails_is_said_and_nothing_is_claimed(page: Page, owner: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    page.desk.answers.append(LOCKED)
    answer = await owner.post("/api/proposals/p1/approve", json={"digest": DIGEST})
    assert (answer.status_code, answer.json()["detail"]) == (503, str(LOCKED))


async def test_an_unknown_proposal_never_reaches_the_desk(page: Page, owner: httpx.AsyncClient) -> None:
    answer = await owner.post("/api/proposals/nope/approve", json={"digest": DIGEST})
    assert answer.status_code == 404
    assert not page.desk.clicks


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"origin": "http://steward.example", "sec-fetch-site": "same-origin"}, 200),
    ],
)
async def test_a_decision_must_come_from_our_own_page(
    page: Page, owner: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    await stories.write(page.store, make.dossier(), [])
    body = f'{{"digest": "{DIGEST}"}}'
    answer = await owner.post(
        "/api/proposals/p1/approve", content=body, headers={"content-type": "application/json"} | headers
    )
    assert answer.status_code == status
    assert bool(page.desk.clicks) == (status == 200)
