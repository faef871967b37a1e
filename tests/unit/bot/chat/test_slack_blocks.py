"""Whatever a card says, its message is within Slack's limits and nothing in it acts."""

import json
import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.slack_blocks import Message, answer, fit, inert, render
from bot.domain import moments
from bot.domain.card import Button, Card, Section
from bot.domain.people import Answer
from tests.strict.slack import refusal

NASTY = st.sampled_from(
    [
        "",
        " ",
        "<!here>",
        "<@U0ADA>",
        "<https://evil.example|click>",
        "@channel",
        "&amp;",
        "```",
        "`",
        "a\r\nb",
        "\u202eevil",
        "\x00\x1b[31m",
        "\ud800",
        "👩‍👩‍👧‍👦",
        "&" * 4000,
        "😀" * 2000,
        "<" * 1499 + "x",
        "\r\n" * 4000,
        "ü" * 9000,
    ]
)
TEXT = st.one_of(NASTY, st.text(max_size=60), st.text(min_size=100, max_size=300))
CARDS = st.builds(
    Card,
    tone=st.sampled_from(["critical", "warning", "info", "good"]),
    title=TEXT,
    sections=st.lists(st.builds(Section, TEXT, st.lists(TEXT, max_size=4).map(tuple), st.booleans()), max_size=60).map(
        tuple
    ),
    buttons=st.lists(
        st.builds(Button, st.sampled_from(["approve", "reject"]), TEXT, st.just("p1"), st.just("d" * 64)), max_size=30
    ).map(tuple),
    footer=TEXT,
    link=st.one_of(TEXT, st.sampled_from(["http://127.0.0.1:8484/i/1", "https://s.example/" + "x" * 4000])),
)


def texts(blocks: Any) -> Iterator[str]:
    """Every text that Slack would render, wherever it stands."""
    if isinstance(blocks, list):
        for one in blocks:
            yield from texts(one)
    elif isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str):
            yield blocks["text"]
        for value in blocks.values():
            yield from texts(value)


def assert_sound(message: Message) -> None:
    body = {"text": message.text, "blocks": message.blocks}
    assert refusal("chat.postMessage", body) == ("", [])
    assert refusal("chat.update", body) == ("", [])
    for text in [message.text, *texts(message.blocks)]:
        assert "<" not in text
        assert ">" not in text
        assert re.fullmatch(r"[^&]*(?:&(?:amp|lt|gt);[^&]*)*", text), text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        assert text.count("```") in {0, 2}
        assert "`" not in text.replace("```", "")


@settings(max_examples=40, deadline=None)
@given(CARDS)
def test_any_card_is_within_the_limits_and_inert(card: Card) -> None:
    message = render(card)
    assert_sound(message)
    assert message.blocks[0]["type"] == "header"


@settings(max_examples=40, deadline=None)
@given(TEXT, st.one_of(st.none(), CARDS))
def test_any_answer_is_within_the_limits_and_inert(text: str, card: Card | None) -> None:
    message = answer(Answer(text, card=card))
    if message.blocks:
        assert_sound(message)


@given(TEXT, st.integers(min_value=1, max_value=200))
def test_a_cut_is_within_the_limit_and_keeps_the_beginning(text: str, limit: int) -> None:
    cut = fit(text, limit)
    whole = inert(text)
    assert len(cut.encode("utf-16-le")) // 2 <= limit
    assert cut == whole or (cut.endswith("…") and whole.startswith(cut[:-1]))


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("a&b", 7, "a&amp;b"),
        ("a&b", 6, "a…"),
        ("a&bc", 7, "a&amp;…"),
        ("a&&", 7, "a&amp;…"),
        ("a&&", 5, "a…"),
        ("😀😀", 4, "😀😀"),
        ("😀😀", 3, "😀…"),
        ("", 3, ""),
    ],
)
def test_cuts_stand_between_characters_and_entities(text: str, limit: int, expected: str) -> None:
    assert fit(text, limit) == expected


def test_a_card_reads_in_order() -> None:
    card = Card(
        "critical",
        "payments fails",
        (Section("Why", ("errors at 40%", "since v2")), Section("Log", ("boom `x`", "at <main>"), mono=True)),
        (Button("approve", "Roll back", "p1", "d1"), Button("reject", "No", "p1", "d1")),
        footer="words from rules",
        link="http://127.0.0.1:8484/i/1",
    )
    message = render(card)
    header, why, logged, actions, footer = message.blocks
    assert header["text"] == {"type": "plain_text", "text": "🔴 payments fails", "emoji": False}
    assert why["text"] == {"type": "mrkdwn", "text": "*Why*\nerrors at 40%\nsince v2", "verbatim": True}
    assert logged["text"]["text"] == "*Log*\n```\nboom ˋxˋ\nat &lt;main&gt;\n```"
    assert [(one["action_id"], one.get("style"), one.get("value")) for one in actions["elements"]] == [
        ("steward_approve", "primary", "p1:d1"),
        ("steward_reject", "danger", "p1:d1"),
        ("steward_open", None, None),
    ]
    assert actions["elements"][2]["url"] == "http://127.0.0.1:8484/i/1"
    assert footer["elements"][0]["text"] == "words from rules"
    assert message.text.startswith("🔴 payments fails\nWhy\nerrors at 40%")


def test_repeated_verbs_get_their_own_action_ids() -> None:
    buttons = tuple(Button(verb, "x", f"p{place}", "d") for place in (1, 2) for verb in ("approve", "reject"))
    rows = [block for block in render(Card("info", "t", buttons=buttons)).blocks if block["type"] == "actions"]
    names = ["steward_approve", "steward_reject", "steward_approve_1", "steward_reject_1"]
    assert [one["action_id"] for row in rows for one in row["elements"]] == names
    assert len(rows) == 2


def test_long_parts_are_cut_so_that_all_of_them_fit() -> None:
    card = Card("info", "t", tuple(Section(f"part {n}", ("ü" * 2500,) * 4) for n in range(8)))
    message = render(card)
    assert_sound(message)
    assert [block["text"]["text"].split("\n")[0] for block in message.blocks[1:]] == [f"*part {n}*" for n in range(8)]
    assert all(block["text"]["text"].endswith("…") for block in message.blocks[1:])


def test_a_long_line_leaves_room_for_those_after_it() -> None:
    (section,) = render(Card("info", "t", (Section("Now", ("x" * 10_000, "since 08:00")),))).blocks[1:]
    assert section["text"]["text"] == f"*Now*\n{'x' * 700}…\nsince 08:00"


def test_what_does_not_fit_is_said() -> None:
    card = Card("info", "t", tuple(Section(f"part {n}", ("ü" * 2500,)) for n in range(45)))
    message = render(card)
    assert_sound(message)
    assert "did not fit here" in message.blocks[-1]["text"]["text"]
    assert len(json.dumps(message.blocks, ensure_ascii=False).encode()) <= 13_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* **more** _it_ ~gone~", "∗bold∗ ∗∗more∗∗ ˍitˍ ∼gone∼"),
        ("snake_case_name, 2*3*4, a * b, ~5 ms, *.log", "snake_case_name, 2*3*4, a * b, ~5 ms, *.log"),
        ("a *\n* b", "a *\n* b"),
    ],
)
def test_words_are_never_styled_by_what_stands_around_them(text: str, shown: str) -> None:
    plain, mono = render(Card("info", "t", (Section("", (text,)), Section("", (text,), mono=True)))).blocks[1:]
    assert plain["text"]["text"] == shown
    assert mono["text"]["text"] == f"```\n{text}\n```"


@pytest.mark.parametrize("heading", ["roll *back* x", "one\r\ntwo\x0bthree\u2028four", " x* y ", "*"])
def test_a_heading_is_bold_whatever_it_says(heading: str) -> None:
    (section,) = render(Card("info", "t", (Section(heading, ("line",)),))).blocks[1:]
    first, last = section["text"]["text"].split("\n")
    assert (first[0], first.count("*"), first[-1], last) == ("*", 2, "*", "line")


def test_many_small_parts_stay_within_the_number_of_blocks() -> None:
    sections = tuple(Section(f"part {n}", ("x",)) for n in range(60))
    message = render(Card("info", "t", sections, footer="f", link="https://s.example/"))
    assert_sound(message)
    assert any("17 more parts did not fit" in text for text in texts(message.blocks))


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "https://s.example/" + "x" * 4000])
def test_an_unfit_link_is_left_out(link: str) -> None:
    assert [block["type"] for block in render(Card("good", "t", link=link)).blocks] == ["header"]


def test_an_empty_answer_has_no_blocks() -> None:
    assert answer(Answer(" ")).blocks == []


def test_an_answer_stands_before_its_card() -> None:
    message = answer(Answer("Two incidents", card=Card("info", "Status", (Section("A", ("b",)),))))
    assert [block["text"]["text"] for block in message.blocks] == ["🔵 Status", "Two incidents", "*A*\nb"]


def test_times_are_in_the_zone_of_each_reader() -> None:
    at, until = moments.at(1_700_000_000, UTC), moments.until(1_700_000_000, UTC)
    card = Card("info", "t", (Section("Now", (f"since {at} <b>",)), Section("Log", (at,), mono=True)), footer=until)
    message = render(card)
    _, now, logged, footer = message.blocks
    token = "<!date^1700000000^{date_short_pretty} {time}|22:13"
    assert now["text"]["text"] == f"*Now*\nsince {token}:20> &lt;b&gt;"
    assert footer["elements"][0]["text"] == f"{token}>"
    assert logged["text"]["text"] == "*Log*\n```\n22:13:20\n```"
    assert message.text == "🔵 t\nNow\nsince 22:13:20 &lt;b&gt;\nLog\n22:13:20"


@pytest.mark.parametrize("limit", [60, 61, 62, 63, 64, 65, 70])
def test_a_time_is_cut_whole(limit: int) -> None:
    cut = fit("x" + moments.until(1_700_000_000, UTC) + "y" * 200, limit, dated=True)
    assert len(cut) <= limit
    assert cut == "x…" or cut.startswith("x<!date^1700000000^{date_short_pretty} {time}|22:13>")


def test_text_from_outside_makes_no_time() -> None:
    assert "<" not in fit("\ue00000000000 1 now\ue001", 100, dated=True)
