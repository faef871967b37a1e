"""The switch and approvals in advance as others use them: over a real socket, with the real desk and store behind."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.runtime.bell import Bell
from bot.store.store import SqlStore
from bot.web.api import create
from bot.web.door import Door
from bot.web.parts import Parts
from bot.web.server import Server
from tests import builders as make
from tests import stories
from tests.builders import POLICY, T
from tests.contracts.test_web import events
from tests.fakes.clock import FakeClock
from tests.fakes.health import FakeHealth
from tests.showroom import ZONE, front_desk

DECISION = {"digest": make.proposal().digest}
FIRST, SECOND = {"Idempotency-Key": "press-001"}, {"Idempotency-Key": "press-002"}


@pytest.fixture
async def owner(store: SqlStore, clock: FakeClock) -> AsyncIterator[httpx.AsyncClient]:
    """An approver who is signed in; the roll-back of payments waits for a decision."""
    bell, door = Bell(), Door(store, clock)
    desk = front_desk(store, bell, clock)
    parts = Parts(store, desk, FakeHealth(), bell, door, POLICY.everyone, ZONE, "0.1.0")
    server = Server(create(parts), "127.0.0.1", 0, parts.closing)
    server.bind()
    await stories.write(store, make.dossier(None, make.proposal(standing_until=T + 900)), [])
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        async with httpx.AsyncClient(base_url=server.address) as client:
            await client.post(f"/enter/{door.mint()}")
            yield client
        await server.stop()


async def state(owner: httpx.AsyncClient) -> dict[str, object]:
    told: dict[str, object] = (await owner.get("/api/actions")).json()
    return told


async def test_stopped_actions_cannot_be_approved_until_they_run_again(owner: httpx.AsyncClient) -> None:
    stopped = await owner.post("/api/actions/stop", json={"reason": "a storm"})
    assert (stopped.status_code, stopped.json()["text"]) == (200, "all actions are stopped by Owner (Web): a storm")
    assert (await owner.post("/api/actions/stop", json={})).status_code == 409
    refused = await owner.post("/api/proposals/p1/approve", json=DECISION, headers=FIRST)
    assert refused.status_code == 409
    assert refused.json()["text"] == "not now: all actions are stopped by Owner (Web): a storm"
    assert (await owner.post("/api/actions/go", json={})).status_code == 200
    assert (await owner.post("/api/actions/go", json={})).json()["text"] == "actions are not stopped"
    assert (await owner.post("/api/proposals/p1/approve", json=DECISION, headers=SECOND)).status_code == 200
    assert [one["text"] for one in (await owner.get("/api/actions")).json()["running"]] == ["roll back payments to v1"]


async def test_a_press_that_arrives_again_does_not_undo_what_came_between(owner: httpx.AsyncClient) -> None:
    await owner.post("/api/actions/stop", json={})
    first = await owner.post("/api/actions/go", json={}, headers=FIRST)
    await owner.post("/api/actions/stop", json={"reason": "another storm"})
    again = await owner.post("/api/actions/go", json={}, headers=FIRST)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await state(owner))["stopped"] is not None


async def test_an_approval_in_advance_is_given_seen_and_revoked(owner: httpx.AsyncClient) -> None:
    given = await owner.post("/api/proposals/p1/stand", json=DECISION)
    assert (given.status_code, given.json()["text"]) == (200, "approved by Owner (Web)")
    (one,) = (await owner.get("/api/actions")).json()["standings"]
    assert (one["verb"], one["service"], one["used"], one["until"]["epoch"]) == ("rollback", "payments", 1, T + 900)
    revoked = await owner.post(f"/api/standings/{one['id']}/revoke", json={})
    assert revoked.json()["text"] == "Owner (Web) no longer approves every rollback of payments in advance"
    assert (await owner.post(f"/api/standings/{one['id']}/revoke", json={}, headers=FIRST)).status_code == 409
    assert (await state(owner))["standings"] == []


async def test_fifty_presses_at_once_give_one_standing_approval_and_one_run(owner: httpx.AsyncClient) -> None:
    presses = [{"Idempotency-Key": f"press-{place:03}"} for place in range(50)]
    answers = await asyncio.gather(
        *(owner.post("/api/proposals/p1/stand", json=DECISION, headers=one) for one in presses)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    told = (await owner.get("/api/actions")).json()
    assert (len(told["standings"]), len(told["running"])) == (1, 1)


async def test_whoever_listens_hears_of_the_switch(owner: httpx.AsyncClient) -> None:
    async with owner.stream("GET", "/api/live") as stream:
        news = events(stream)
        await anext(news)
        await owner.post("/api/actions/stop", json={})
        _, told = await anext(news)
        assert told["actions"]


async def test_care_is_given_seen_and_taken_back(owner: httpx.AsyncClient) -> None:
    about = "/api/incidents/3f2a"
    assert (await owner.post(f"{about}/ack", json={})).json()["text"] == "Owner (Web) looks after it"
    assert (await owner.post(f"{about}/ack", json={})).status_code == 409
    muted = await owner.post(f"{about}/silence", json={"for": "2h", "reason": "we move"}, headers=FIRST)
    assert muted.status_code == 200
    assert (await owner.post(f"{about}/silence", json={"for": "soon"})).status_code == 409
    assert (await owner.post(f"{about}/verdict", json={"verdict": "helpful"})).status_code == 200
    (listed,) = (await owner.get("/api/incidents")).json()
    assert (listed["ack"]["words"], listed["silenced"]["epoch"]) == ("Owner (Web)", T + 7200)
    seen = (await owner.get(about)).json()
    assert (seen["verdicts"]["helpful"], seen["verdicts"]["mine"]) == (1, "helpful")
    end = f"/api/silences/{seen['silences'][0]['id']}/end"
    first = await owner.post(end, json={}, headers=SECOND)
    again = await owner.post(end, json={}, headers=SECOND)
    assert (first.status_code, first.json()) == (200, again.json())
    assert (await owner.post(end, json={})).status_code == 409
    (moved,) = (await owner.get("/api/tuning")).json()
    assert moved["factor"] == 0.97
    assert (await owner.post(f"/api/tuning/{moved['id']}/reset", json={})).status_code == 200
    assert (await owner.get("/api/tuning")).json() == (await owner.get("/api/silences")).json() == []


async def test_a_question_is_answered_and_a_no_gets_its_reason(owner: httpx.AsyncClient) -> None:
    told = (await owner.post("/api/incidents/3f2a/ask", json={"question": "which version?"})).json()
    assert told["text"].startswith("The last deployment of payments")
    assert [one["heading"] for one in told["sections"]] == ["Suspects", "Evidence"]
    early = await owner.post("/api/proposals/p1/reason", json={"text": "too early"})
    assert early.status_code == 409
    await owner.post("/api/proposals/p1/reject", json=DECISION)
    assert (await owner.post("/api/proposals/p1/reason", json={"text": "v1 is worse"})).status_code == 200
    assert (await owner.post("/api/incidents/3f2a/resolve", json={})).status_code == 200
    assert (await owner.get("/api/incidents/3f2a")).json()["state"] == "resolved"
