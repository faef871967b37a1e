"""What the API answers."""

import httpx
import pytest

from bot.domain.halt import Stop
from tests import builders as make
from tests import stories
from tests.builders import T
from tests.fakes.web import Page

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


async def test_actions_tell_of_the_switch_of_advance_approvals_and_of_what_runs(
    page: Page, owner: httpx.AsyncClient
) -> None:
    nothing: dict[str, object] = {"stopped": None, "standings": [], "running": [], "may_decide": True}
    assert (await owner.get("/api/actions")).json() == nothing
    await stories.write(page.store, make.dossier(), [])
    begun = make.execution("x9", created_at=T, started_at=None)
    async with page.store.unit() as unit:
        await unit.ledger.turn(Stop("slack:U1", "Ada (Slack)", T, "a storm"))
        await unit.standings.give(make.standing())
        await unit.ledger.claim(make.approved(make.proposal(), T), begun)
    told = (await owner.get("/api/actions")).json()
    assert told["stopped"]["text"] == "all actions are stopped by Ada (Slack): a storm"
    assert [(one["id"], one["verb"], one["service"]) for one in told["standings"]] == [("s1", "rollback", "payments")]
    assert [(one["execution_id"], one["text"]) for one in told["running"]] == [("x9", "roll back payments to v1")]
    assert "/srv/shop" not in str(told)


async def test_whoever_may_not_decide_is_told_so(page: Page) -> None:
    async with await Page(page.store, approvers=frozenset({"slack:U1"})).owner() as client:
        assert not (await client.get("/api/actions")).json()["may_decide"]
