from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import ValidationError

from bot.chat.email import PORTS, Email, EmailOptions
from bot.domain.card import Card, Image
from bot.domain.errors import ChatError, ConfigError
from tests.builders import T
from tests.standins.mail import Post, post_office

LEAST: dict[str, Any] = {"host": "mail.example.com", "sender": "steward@example.com", "to": ["ops@example.com"]}
CARD = Card("critical", "payments: errors\r\nBcc: eve@evil.example", about="3f2a9c01d4e7")
FACT = Card("info", "Ada approved", about="3f2a9c01d4e7")


@asynccontextmanager
async def mailing() -> AsyncIterator[tuple[Post, Email]]:
    async with post_office() as post:
        given = {**LEAST, "host": "127.0.0.1", "port": post.port, "security": "none", "timeout": "20s"}
        yield post, Email(EmailOptions.model_validate(given), now=lambda: T)


async def test_an_incident_is_one_mail_and_its_facts_are_answers_to_it() -> None:
    async with mailing() as (post, email):
        ref = await email.post(CARD)
        await email.edit(ref, CARD)
        await email.reply(ref, FACT)
        await email.reply(ref, Card("good", "Resolved", about=CARD.about))
    root, *answers = post.mails
    assert len(answers) == 2
    assert {one["In-Reply-To"] for one in answers} == {root["Message-ID"]}
    assert {one["Subject"] for one in answers} == {f"Re: {root['Subject']}"}
    assert root["Subject"] == "[critical] payments: errors Bcc: eve@evil.example"
    assert post.to == [["ops@example.com"]] * 3
    assert len({one["Message-ID"] for one in post.mails}) == 3
    assert all(one["Message-ID"].endswith("@example.com>") for one in post.mails)


async def test_a_thread_stays_with_whom_it_began() -> None:
    async with mailing() as (post, email):
        ref = await email.post(CARD, "shop@example.com")
        await email.reply(ref, FACT)
    assert post.to == [["shop@example.com"]] * 2
    assert {one["To"] for one in post.mails} == {"shop@example.com"}


async def test_the_first_picture_is_a_mail_and_later_ones_are_none() -> None:
    async with mailing() as (post, email):
        ref = await email.post(CARD)
        shown = await email.picture(ref, Image(b"\x89PNG", "payments", "errors 34%"), "")
        assert await email.picture(ref, Image(b"\x89PNG2", "payments", "errors 35%"), shown) == shown
    assert [one.get_content_type() for one in post.mails] == ["multipart/alternative"] * 2
    assert post.mails[1]["In-Reply-To"] == post.mails[0]["Message-ID"]
    assert "image/png" in {part.get_content_type() for part in post.mails[1].walk()}


async def test_what_may_have_arrived_has_the_same_id_when_it_is_sent_again() -> None:
    async with mailing() as (post, email):
        post.data_reply = "451 try later"
        with pytest.raises(ChatError):
            await email.post(CARD)
        post.data_reply = "250 taken"
        first = await email.post(CARD)
        second = await email.post(CARD)
    assert first.split()[0] == post.mails[0]["Message-ID"]
    assert first != second


async def test_trouble_is_what_the_server_refused_last() -> None:
    async with mailing() as (post, email):
        post.no = {"ops@example.com": "550 no such user"}
        with pytest.raises(ChatError, match="550 no such user"):
            await email.post(CARD)
        assert "refuses ops@example.com: 550 no such user" in email.trouble
        with pytest.raises(ChatError, match="550 no such user"):
            await email.check()
        post.no = {}
        await email.post(CARD)
        assert email.trouble == ""
        await email.check()
    assert len(post.mails) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"host": "smtp://mail"},
        {"sender": "steward"},
        {"sender": "Steward <steward@example.com>"},
        {"to": []},
        {"to": ["ops@example.com\r\nRCPT TO:<eve@evil.example>"]},
        {"to": ["öps@example.com"]},
        {"security": "none"},
        {"security": "plain"},
        {"port": 0},
        {"user": "x"},
    ],
)
def test_wrong_options_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EmailOptions.model_validate({**LEAST, **more})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_server_on_this_machine_needs_no_tls(host: str) -> None:
    assert EmailOptions.model_validate({**LEAST, "host": host, "security": "none"}).port is None
    assert PORTS["none"] == 25


@pytest.mark.parametrize("secrets", [{"SMTP_USER": "steward"}, {"SMTP_PASSWORD": "x"}])
def test_half_a_login_is_refused(secrets: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="SMTP_USER and SMTP_PASSWORD belong together"):
        Email.create(EmailOptions.model_validate(LEAST), secrets)
