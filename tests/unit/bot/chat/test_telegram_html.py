"""The rendering of cards, measured with the stand-in's strict parser."""

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.telegram_html import MESSAGE_UNITS, cut, inert, plain, render
from bot.chat.telegram_html import units as counted
from bot.domain import moments
from bot.domain.card import Card, Section
from tests.strict.shapes import units
from tests.strict.telegram_html import Parsed, faults, parse

NASTY = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from("<>&\"'@\n\t\u202e\u2066\x00\x1b🔥é/")),
    max_size=300,
)
LINES = st.lists(NASTY, max_size=6).map(tuple)
SECTIONS = st.lists(st.builds(Section, NASTY, LINES, st.booleans()), max_size=8).map(tuple)
CARDS = st.builds(
    Card,
    tone=st.sampled_from(["critical", "warning", "info", "good"]),
    title=NASTY,
    sections=SECTIONS,
    footer=NASTY,
    link=st.one_of(st.just(""), NASTY.map(lambda text: f"https://steward.example/{text}")),
)


def read(source: str) -> Parsed:
    assert faults(source) == []
    parsed = parse(source)
    assert parsed.text
    assert units(parsed.text) <= MESSAGE_UNITS
    return parsed


@settings(deadline=None, max_examples=150)
@given(CARDS)
def test_any_card_is_a_message_that_telegram_takes(card: Card) -> None:
    text = read(render(card)).text
    assert not set(text) & set("\u202e\u2066\x00\x1b")
    assert all(after == "\u2060" for at, after in zip(text, text[1:] + " ", strict=True) if at == "@")


@settings(deadline=None, max_examples=150)
@given(NASTY)
def test_any_words_are_a_message_and_come_through(text: str) -> None:
    shown = read(plain(text)).text
    assert shown == (inert(text).strip() or "…")


@given(NASTY, st.integers(1, 40))
def test_a_cut_keeps_to_the_limit_and_to_the_beginning(text: str, limit: int) -> None:
    short = cut(inert(text), limit)
    assert counted(short) <= limit
    assert inert(text).startswith(short.removesuffix("…"))


def test_a_card_reads_as_it_should() -> None:
    card = Card(
        "critical",
        "payments: errors at 31% & rising",
        (Section("Why", ("v2 <canary>", "since 12:01")), Section("Log", ("boom",), mono=True)),
        footer="words from rules",
        link='http://steward.example/incidents/1?a="b"&c',
    )
    assert render(card) == (
        "🔴 <b>payments: errors at 31% &amp; rising</b>\n\n<b>Why</b>\nv2 &lt;canary&gt;\nsince 12:01"
        "\n\n<b>Log</b>\n<pre>boom</pre>\n\n<i>words from rules</i>"
        '\n\n<a href="http://steward.example/incidents/1?a=%22b%22&amp;c">Open the incident</a>'
    )


def test_a_long_log_does_not_push_out_the_offer() -> None:
    log = Section("Log", tuple("x" * 600 for _ in range(20)), mono=True)
    card = Card("critical", "down", (log, log, Section("Offer", ("roll back payments to v1",))), footer="end")
    text = read(render(card)).text
    assert "roll back payments to v1" in text
    assert text.endswith("end")
    assert text.count("…") >= 2


def test_very_many_sections_are_cut_at_the_end() -> None:
    card = Card("info", "all", tuple(Section(f"part {n}", ("line " * 20,)) for n in range(200)), footer="end")
    text = read(render(card)).text
    assert "part 0" in text
    assert "part 199" not in text
    assert text.endswith("…\n\nend")


def test_a_huge_line_is_cut() -> None:
    text = read(render(Card("info", "all", (Section("Log", ("🔥" * 5_000_000,), mono=True),)))).text
    assert text.endswith("…")


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    assert "<a" not in render(Card("info", "all", link="javascript:alert(1)"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@channel", "@\u2060channel"),
        ("a\u202eb\u2069c\u200b", "abc"),
        ("\x1b[31mred\x00", "\ufffd[31mred\ufffd"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("half \ud83d", "half \ufffd"),
        ("a\u2028b", "a b"),
        ("👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_text_is_made_inert(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_no_more_is_formatted_than_telegram_shows() -> None:
    card = Card("info", "all", tuple(Section(f"{n}", ("x",), mono=True) for n in range(120)), footer="end")
    parsed = read(render(card))
    assert len(parsed.entities) <= 100
    assert parsed.text.endswith("…\n\nend")


def test_times_are_in_the_zone_of_the_config() -> None:
    at = moments.at(1_700_000_000, UTC)
    shown = render(Card("info", "t", (Section("", (f"since {at}",)),), footer=at))
    assert "since 22:13:20" in shown
    assert "<i>22:13:20</i>" in shown
    assert "\ue000" not in shown
