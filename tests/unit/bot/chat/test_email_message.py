from dataclasses import replace
from datetime import UTC
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings

from bot.chat.email_message import SUBJECT, Envelope, compose, html_of, illustrate, subject_of, text_of
from bot.domain import moments
from bot.domain.card import Card, Image, Section
from bot.domain.moments import flattened
from tests.builders import T
from tests.strategies import cards

ROOT = "<1@example.com>"
CARD = Card(
    "critical",
    "payments: errors · open",
    (Section("Evidence", ("[E1] a < b & <script>alert(1)</script>", "two"), mono=True), Section("", ("bare",))),
    footer="incident 1",
    link="https://steward.example/#/incident/1?a=1&b=2",
)


def envelope(card: Card = CARD, root: str = "") -> Envelope:
    return Envelope("steward@example.com", ("ops@example.com", "b@example.com"), "<2@e.com>", subject_of(card), T, root)


def sent(mail: EmailMessage) -> EmailMessage:
    """The mail as a reader's program finds it."""
    back = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert isinstance(back, EmailMessage)
    return back


def content(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    text: str = body.get_content()
    return text


def test_a_first_mail_has_all_that_a_mail_needs() -> None:
    mail = sent(compose(envelope(), CARD))
    assert dict(mail.items()) == {
        "From": "steward@example.com",
        "To": "ops@example.com, b@example.com",
        "Subject": "[critical] payments: errors · open",
        "Date": mail["Date"],
        "Message-ID": "<2@e.com>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }
    assert mail["Date"].datetime.timestamp() == int(T)
    assert mail.get_content_type() == "multipart/alternative"


def test_an_answer_names_the_mail_that_it_answers() -> None:
    mail = sent(compose(envelope(root=ROOT), CARD))
    assert (mail["In-Reply-To"], mail["References"]) == (ROOT, ROOT)
    assert mail["Subject"] == "Re: [critical] payments: errors · open"


def test_the_text_reads_like_the_card() -> None:
    assert text_of(CARD) == (
        "payments: errors · open\n\nEvidence\n  [E1] a < b & <script>alert(1)</script>\n  two\n\n  bare\n\n"
        "https://steward.example/#/incident/1?a=1&b=2\n\nincident 1\n"
    )
    assert content(sent(compose(envelope(), CARD)), "plain").splitlines() == text_of(CARD).splitlines()


def test_the_html_shows_the_same_and_nothing_in_it_is_a_tag_of_theirs() -> None:
    html = content(sent(compose(envelope(), CARD)), "html")
    assert "<h3>Evidence</h3><pre>[E1] a &lt; b &amp; &lt;script&gt;alert(1)&lt;/script&gt;<br>two</pre>" in html
    assert '<a href="https://steward.example/#/incident/1?a=1&amp;b=2">' in html
    assert "<script" not in html


@pytest.mark.parametrize(
    "title",
    [
        "x\r\nBcc: eve@evil.example",
        "x\nContent-Type: text/html\n\n<b>",
        "x\u2028y\x85z\x00",
        "\u202eevil",
        "\ud800",
        "ü😀" * 500,
        "=?utf-8?q?a?=" * 20,
    ],
)
def test_a_title_is_a_subject_on_one_line_and_never_a_header(title: str) -> None:
    card = Card("info", title)
    raw = compose(envelope(card), card).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    mail = sent(compose(envelope(card), card))
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )
    assert head.isascii()
    assert len(subject_of(card)) <= SUBJECT


def test_a_picture_is_shown_in_the_mail() -> None:
    image = Image(b"\x89PNG\r\n\x1a\n" + bytes(99), "payments <errors>", "payments errors: 34%")
    mail = sent(illustrate(envelope(root=ROOT), image))
    parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    assert parts["image/png"].get_payload(decode=True) == image.png
    assert f"cid:{parts['image/png']['Content-ID'].strip('<>')}" in content(mail, "html")
    assert "payments &lt;errors&gt;" in content(mail, "html")
    assert content(mail, "plain").splitlines() == ["payments <errors>", "", "payments errors: 34%"]


@settings(max_examples=20, deadline=None)
@given(cards.rendered | cards.invented)
def test_every_card_is_a_mail_that_every_server_takes(card: Card) -> None:
    """Seven bits, lines of at most 998 octets (RFC 5322, 2.1.1), and no bare carriage return or line feed."""
    raw = compose(envelope(card), card).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert content(sent(compose(envelope(card), card)), "plain").split() == text_of(flattened(card)).split()
    assert html_of(card).count("<h2>") == 1


def test_times_are_written_in_the_zone_of_the_config() -> None:
    marked = replace(CARD, footer=moments.at(1_800_000_000.0, UTC))
    assert "08:00:00" in content(sent(compose(envelope(), marked)), "plain").splitlines()
