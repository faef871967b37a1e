"""What the buttons of care hand to the desk, and what is read of silences and thresholds."""

from typing import Any

import httpx
import pytest

from bot.domain.people import Answer
from bot.domain.silence import Silence
from bot.domain.tuning import Vote
from bot.web.door import OWNER
from tests import builders as make
from tests import stories
from tests.builders import ADA, T
from tests.fakes.web import Page

ID = "3f2a9c01d4e7"
KEY = {"Idempotency-Key": "press-001"}
CLICKS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("incidents/3f2a/ack", {}, "ack", ID),
    ("incidents/3f2a/verdict", {"verdict": "harmless"}, "harmless", ID),
    ("incidents/3f2a/verdict", {"verdict": "helpful"}, "helpful", ID),
    ("incidents/3f2a/verdict", {"verdict": "wrong"}, "wrong", ID),
    ("silences/q1/end", {}, "unsilence", "q1"),
    ("tuning/0123456789ab/reset", {}, "retune", "0123456789ab"),
)
WORDS: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("incidents/3f2a/resolve", {}, ("resolve", ID)),
    ("incidents/3f2a/silence", {"for": " 2h ", "reason": " we \n move"}, ("silence", ID, "2h", "we", "move")),
    ("incidents/3f2a/silence", {"for": "tomorrow"}, ("silence", ID, "tomorrow")),
    ("incidents/3f2a/ask", {"question": "since  when?"}, ("ask", ID, "since", "when?")),
    ("proposals/p1/reason", {"text": "v1 is worse"}, ("reason", "p1", "v1", "is", "worse")),
)


@pytest.mark.parametrize(("path", "body", "verb", "subject"), CLICKS)
async def test_a_press_is_a_click_at_the_desk(
    page: Page, owner: httpx.AsyncClient, path: str, body: dict[str, Any], verb: str, subject: str
) -> None:
    await stories.write(page.store, make.dossier(), [])
    answer = await owner.post(f"/api/{path}", json=body, headers=KEY)
    assert answer.status_code == 200
    (click,) = page.desk.clicks
    assert (click.person, click.verb, click.subject, click.digest) == (OWNER, verb, subject, "")
    assert click.id == f"web/owner/{subject}/{verb}/press-001"


@pytest.mark.parametrize(("path", "body", "words"), WORDS)
async def test_words_are_said_to_the_desk(
    page: Page, owner: httpx.AsyncClient, path: str, body: dict[str, Any], words: tuple[str, ...]
) -> None:
    await stories.write(page.store, make.dossier(), [])
    assert (await owner.post(f"/api/{path}", json=body, headers=KEY)).status_code == 200
    (command,) = page.desk.commands
    assert (command.person, command.words) == (OWNER, words)
    assert command.id == f"web/owner/{words[0]}/{words[1]}/press-001"


EVERY = [(path, body) for path, body, *_ in (*CLICKS, *WORDS)]


@pytest.mark.parametrize(("path", "body"), EVERY)
async def test_what_has_no_effect_is_a_conflict(
    page: Page, owner: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    await stories.write(page.store, make.dossier(), [])
    page.desk.answers.append(Answer("that is so already", accepted=False))
    answer = await owner.post(f"/api/{path}", json=body)
    assert (answer.status_code, answer.json()["text"]) == (409, "that is so already")


@pytest.mark.parametrize(("path", "body"), EVERY)
async def test_nobody_else_presses(page: Page, owner: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    await stories.write(page.store, make.dossier(), [])
    assert (await owner.post(f"/api/{path}", json=body, headers={"origin": "http://evil.example"})).status_code == 403
    assert (await page.visitor().post(f"/api/{path}", json=body)).status_code == 401
    assert not page.desk.clicks
    assert not page.desk.commands


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("incidents/none/ack", {}, 404),
        ("incidents/none/ask", {"question": "why"}, 404),
        ("incidents/3f2a/ack", {"more": 1}, 422),
        ("incidents/3f2a/verdict", {"verdict": "fine"}, 422),
        ("incidents/3f2a/silence", {}, 422),
        ("incidents/3f2a/silence", {"for": "h" * 21}, 422),
        ("incidents/3f2a/ask", {"question": "w" * 501}, 422),
        ("incidents/3f2a/ask", {"question": ""}, 422),
        ("proposals/p1/reason", {"text": ""}, 422),
        ("silences/%20/end", {}, 422),
    ],
)
async def test_a_bad_press_never_reaches_the_desk(
    page: Page, owner: httpx.AsyncClient, path: str, body: dict[str, Any], status: int
) -> None:
    await stories.write(page.store, make.dossier(), [])
    assert (await owner.post(f"/api/{path}", json=body)).status_code == status
    assert not page.desk.clicks
    assert not page.desk.commands


async def test_silences_and_thresholds_are_listed(page: Page, owner: httpx.AsyncClient) -> None:
    assert (await owner.get("/api/silences")).json() == (await owner.get("/api/tuning")).json() == []
    await stories.write(page.store, make.dossier(), [])
    async with page.store.unit() as unit:
        await unit.silences.give(Silence("q1", ("payments",), ADA.identity, ADA.words, T, T + 600, "a move"))
        await unit.votes.cast([Vote(ID, ADA.identity, "payments/errors#level", "harmless", T, ADA.words)])
    (silence,) = (await owner.get("/api/silences")).json()
    assert (silence["id"], silence["until"]["epoch"], silence["text"]) == (
        "q1",
        T + 600,
        "payments, by Ada (Slack): a move",
    )
    (moved,) = (await owner.get("/api/tuning")).json()
    assert (moved["signature"], moved["factor"], moved["votes"][0]["words"]) == (
        "payments/errors#level",
        1.1,
        ADA.words,
    )
