import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from pydantic import ValidationError

from actions.safe_http import Reply
from actions.webhook import signature
from bot.chat.webhook import Webhook, WebhookOptions, plain, refusal
from bot.domain import moments
from bot.domain.card import Button, Card, Image, Section
from bot.domain.errors import ChatError
from bot.domain.pace import Pace
from tests.builders import T
from tests.strategies import cards
from tests.unit.actions.answering import answering, hang_up

SECRET = "whsec-1"
CARD = Card(
    "critical",
    "payments: errors · open",
    (Section("Evidence", ("[E1] payments v2 was deployed",), mono=True),),
    (Button("ack", "Ack", "3f2a9c01d4e7"),),
    "incident 3f2a9c01d4e7",
    "https://steward.example/#/incident/3f2a9c01d4e7",
    about="3f2a9c01d4e7",
)


class Inbox:
    """A receiver that keeps what it got, and answers the next requests as a test says."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.silent = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        moment = int(request.headers["X-Steward-Signature"].split(",")[0].removeprefix("t="))
        assert request.headers["X-Steward-Signature"] == signature(SECRET.encode(), moment, body)
        self.got.append((request.path, dict(request.headers), json.loads(body)))
        if self.silent:
            return await hang_up(request)
        code, headers = self.answers.pop(0) if self.answers else (204, {})
        return web.Response(status=code, headers=headers, text="no,\nnot now" if code != 204 else None)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _, _, body in self.got]


@asynccontextmanager
async def inbox(**options: Any) -> AsyncIterator[tuple[Inbox, Webhook]]:
    box = Inbox()
    async with answering(box.handle) as port:
        given = {"allow": ["127.0.0.1"], "url": f"http://127.0.0.1:{port}/steward", **options}
        hook = Webhook(WebhookOptions.model_validate(given), SECRET, now=lambda: T)
        try:
            yield box, hook
        finally:
            await hook.close()


async def test_an_incident_is_told_from_its_opening_to_its_end() -> None:
    async with inbox() as (box, hook):
        ref = await hook.post(CARD)
        await hook.edit(ref, Card("warning", "payments: errors · acting", about=CARD.about))
        said = await hook.reply(ref, Card("info", "Ada approved", about=CARD.about))
        await hook.edit(ref, Card("good", "payments: errors · resolved", about=CARD.about))
    assert [body["event"] for body in box.bodies] == ["opened", "changed", "said", "resolved"]
    assert {(body["version"], body["incident"], body["thread"]) for body in box.bodies} == {(1, CARD.about, ref)}
    assert [body["message"] for body in box.bodies][::2] == [ref, said]
    keys = [headers["Idempotency-Key"] for _, headers, _ in box.got]
    assert keys == [body["message"] for body in box.bodies]
    assert len(set(keys)) == 4
    assert box.bodies[0]["card"] == {
        "tone": "critical",
        "title": "payments: errors · open",
        "sections": [{"heading": "Evidence", "lines": ["[E1] payments v2 was deployed"], "mono": True}],
        "footer": "incident 3f2a9c01d4e7",
        "link": "https://steward.example/#/incident/3f2a9c01d4e7",
    }


@pytest.mark.parametrize(("about", "event"), [("digest", "digest"), ("", "notice")])
async def test_what_is_about_no_incident_says_so(about: str, event: str) -> None:
    async with inbox() as (box, hook):
        await hook.post(Card("info", "Digest: no incident", about=about))
    assert [(body["event"], body["incident"]) for body in box.bodies] == [(event, None)]


async def test_a_thread_stays_at_the_address_where_it_began() -> None:
    async with inbox() as (box, hook):
        there = str(hook._options.url).replace("/steward", "/shop")
        ref = await hook.post(CARD, there)
        await hook.edit(ref, CARD)
        await hook.reply(ref, CARD)
    assert [path for path, _, _ in box.got] == ["/shop"] * 3
    assert len({body["thread"] for body in box.bodies}) == 1


@pytest.mark.parametrize(
    ("code", "headers", "wait", "permanent"),
    [
        (429, {"Retry-After": "17"}, 17.0, False),
        (429, {}, 30.0, False),
        (503, {"Retry-After": "Fri, 20 Nov 2026 08:00:00 GMT"}, 30.0, False),
        (503, {"Retry-After": "999999"}, 3600.0, False),
        (502, {}, 30.0, False),
        (500, {}, 0.0, False),
        (500, {"Retry-After": "0"}, 1.0, False),
        (404, {}, 0.0, True),
        (302, {"Location": "http://127.0.0.1/"}, 0.0, True),
    ],
)
async def test_a_refusal_says_whether_and_when_to_try_again(
    code: int, headers: dict[str, str], wait: float, permanent: bool
) -> None:
    async with inbox() as (box, hook):
        box.answers = [(code, headers)]
        with pytest.raises(ChatError, match=rf"127\.0\.0\.1:\d+ answered {code}: no, not now") as caught:
            await hook.post(CARD)
        assert (caught.value.retry_after, caught.value.permanent) == (wait, permanent)
        assert not caught.value.maybe_sent
        assert bool(hook.trouble) is permanent
        await hook.post(CARD)
        assert hook.trouble == ""
    assert len({headers["Idempotency-Key"] for _, headers, _ in box.got}) == 1


async def test_without_an_answer_it_may_have_arrived_and_the_same_again_bears_the_same_key() -> None:
    async with inbox() as (box, hook):
        box.silent = True
        with pytest.raises(ChatError, match="no usable answer") as caught:
            await hook.post(CARD)
        assert caught.value.maybe_sent
        box.silent = False
        ref = await hook.post(CARD)
    assert [headers["Idempotency-Key"] for _, headers, _ in box.got] == [ref, ref]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://[::1]:9/"])
async def test_private_addresses_are_refused_unless_they_are_listed(url: str) -> None:
    hook = Webhook(WebhookOptions(url=url), SECRET)
    for asked in (hook.check(), hook.post(CARD)):
        with pytest.raises(ChatError, match="is no public address: nothing was sent") as caught:
            await asked
        assert not caught.value.maybe_sent


async def test_the_check_connects_and_sends_nothing() -> None:
    async with inbox() as (box, hook):
        await hook.check()
    assert box.got == []
    with pytest.raises(ChatError, match=r"cannot connect to 127\.0\.0\.1:1: is it up"):
        await Webhook(WebhookOptions(url="http://127.0.0.1:1/", allow=("127.0.0.1",)), SECRET).check()


async def test_a_receiver_without_tls_fails_the_check_of_an_https_address() -> None:
    async with inbox() as (_, hook):
        secure = WebhookOptions(url=hook._options.url.replace("http:", "https:"), allow=("127.0.0.1",))
        with pytest.raises(ChatError, match=r"cannot connect to 127\.0\.0\.1:\d+: .*SSL"):
            await Webhook(secure, SECRET).check()


async def test_after_a_refusal_for_good_the_check_tells_of_it() -> None:
    async with inbox() as (box, hook):
        box.answers = [(401, {})]
        with pytest.raises(ChatError):
            await hook.post(CARD)
        with pytest.raises(ChatError, match="answered 401"):
            await hook.check()


async def test_there_are_no_pictures() -> None:
    hook = Webhook(WebhookOptions(url="https://example.com/"), SECRET)
    assert not Pace(hook.allowances).take("picture", "", 0.0)
    assert await hook.picture("r", Image(b"", "", ""), "") == ""


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"url": "ftp://example.com"},
        {"url": "https://ada:s3cret@example.com"},
        {"url": "https://example.com", "allow": ["10.0.0.0/99"]},
        {"url": "https://example.com", "secret": "x"},
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WebhookOptions.model_validate(options)


@settings(max_examples=20, deadline=None)
@given(cards.rendered | cards.invented)
def test_every_card_is_valid_json_without_control_characters(card: Card) -> None:
    back = json.loads(json.dumps(plain(card)))
    texts = [back["title"], back["footer"], *(line for one in back["sections"] for line in one["lines"])]
    assert len(back["sections"]) == len(card.sections)
    assert not [text for text in texts if {*text} & {*"\n\r\x00\x1b\u202e\ud800"}]


def test_words_of_the_receiver_are_cut_and_inert() -> None:
    said = refusal(Reply(500, ("\x1b[31m" + "x" * 9000).encode()), "example.com")
    assert said is not None
    assert len(str(said)) < 400
    assert "\x1b" not in str(said)


def test_times_are_written_in_the_zone_of_the_config() -> None:
    marked = replace(CARD, footer=moments.at(1_800_000_000.0, UTC))
    assert plain(marked)["footer"] == "08:00:00"
