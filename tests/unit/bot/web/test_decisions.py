"""What the API's buttons hand to the desk, and how presses are named."""

import httpx
import pytest

from bot.domain.people import Answer, Command
from bot.web.door import OWNER
from tests import builders as make
from tests import stories
from tests.fakes.web import Page
from tests.standins.telegram_desk import LOCKED

DIGEST = make.proposal().digest


@pytest.mark.parametrize("verb", ["approve", "stand", "reject"])
async def test_a_decision_goes_to_the_desk(page: Page, owner: httpx.AsyncClient, verb: str) -> None:
    await stories.write(page.store, make.dossier(), [])
    answer = await owner.post(f"/api/proposals/p1/{verb}", json={"digest": DIGEST})
    assert (answer.status_code, answer.json()) == (200, {"accepted": True, "text": "Approved"})
    (click,) = page.desk.clicks
    assert (click.person, click.verb, click.subject, click.digest) == (OWNER, verb, "p1", DIGEST)


async def test_a_decision_sent_again_by_its_key_is_the_same_click(page: Page, owner: httpx.AsyncClient) -> None:
    await stories.write(page.store, make.dossier(), [])
    for key in ("press-one", "press-one", "press-two", None, None):
        headers = {"Idempotency-Key": key} if key else {}
        await owner.post("/api/proposals/p1/approve", json={"digest": DIGEST}, headers=headers)
    first, again, second, *others = [click.id for click in page.desk.clicks]
    assert first == again
    assert len({first, second, *others}) == 4


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


async def test_a_press_with_a_key_is_one_deed_and_another_press_is_another(
    page: Page, owner: httpx.AsyncClient
) -> None:
    await stories.write(page.store, make.dossier(), [])
    for key in ("press-001", "press-001", "press-002"):
        await owner.post("/api/proposals/p1/approve", json={"digest": DIGEST}, headers={"Idempotency-Key": key})
    assert [click.id for click in page.desk.clicks] == [
        f"web/owner/p1/approve/{DIGEST[:32]}/{key}" for key in ("press-001", "press-001", "press-002")
    ]


@pytest.mark.parametrize("key", ["short", "a" * 41, "with space", "a/b/c/d/e/f"])
async def test_a_bad_key_is_refused(page: Page, owner: httpx.AsyncClient, key: str) -> None:
    answer = await owner.post("/api/actions/go", json={}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["detail"].partition(":")[0]) == (422, "header.Idempotency-Key")
    assert not page.desk.clicks


@pytest.mark.parametrize(("reason", "words"), [("", ()), ("  a storm\n comes ", ("a", "storm", "comes"))])
async def test_stop_is_said_to_the_desk_with_its_reason(
    page: Page, owner: httpx.AsyncClient, reason: str, words: tuple[str, ...]
) -> None:
    answer = await owner.post("/api/actions/stop", json={"reason": reason}, headers={"Idempotency-Key": "press-001"})
    assert answer.status_code == 200
    assert page.desk.commands == [Command("web/owner/stop/press-001", OWNER, ("stop", *words))]


async def test_the_switch_is_turned_anew_by_each_press_without_a_key(page: Page, owner: httpx.AsyncClient) -> None:
    for _ in range(2):
        await owner.post("/api/actions/stop", json={})
        await owner.post("/api/actions/go", json={})
    assert [click.verb for click in page.desk.clicks] == ["go", "go"]
    assert len({*(one.id for one in page.desk.clicks), *(one.id for one in page.desk.commands)}) == 4


@pytest.mark.parametrize("path", ["/api/actions/stop", "/api/actions/go", "/api/standings/s1/revoke"])
async def test_what_has_no_effect_is_a_conflict(page: Page, owner: httpx.AsyncClient, path: str) -> None:
    async with page.store.unit() as unit:
        await unit.standings.give(make.standing())
    page.desk.answers.append(Answer("that is so already", accepted=False))
    answer = await owner.post(path, json={})
    assert (answer.status_code, answer.json()["text"]) == (409, "that is so already")


async def test_a_standing_approval_is_revoked_by_its_id(page: Page, owner: httpx.AsyncClient) -> None:
    assert (await owner.post("/api/standings/s1/revoke", json={})).status_code == 404
    async with page.store.unit() as unit:
        await unit.standings.give(make.standing())
    assert (await owner.post("/api/standings/s1/revoke", json={})).status_code == 200
    (click,) = page.desk.clicks
    assert (click.person, click.verb, click.subject, click.digest) == (OWNER, "revoke", "s1", "")


@pytest.mark.parametrize("path", ["/api/actions/stop", "/api/actions/go", "/api/standings/s1/revoke"])
@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_nobody_else_turns_the_switch(
    page: Page, owner: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    assert (await owner.post(path, json={}, headers=headers)).status_code == 403
    assert not page.desk.clicks
    assert not page.desk.commands
