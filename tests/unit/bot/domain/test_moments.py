"""Marked times: their own second, their words, and nothing that text from outside could make."""

from datetime import UTC

import pytest

from bot.domain import moments
from bot.domain.card import Card, Section

NOON = 1_700_000_000.9


def test_a_time_keeps_its_second_and_reads_as_it_is() -> None:
    line = f"since {moments.at(NOON, UTC)}, until {moments.until(NOON, UTC)}."
    assert list(moments.split(line)) == [
        ("since ", None), ("22:13:20", 1_700_000_000), (", until ", None), ("22:13", 1_700_000_000), (".", None),
    ]  # fmt: skip
    assert moments.flat(line) == "since 22:13:20, until 22:13."


def test_a_card_is_flattened_wherever_it_may_hold_a_time() -> None:
    at = moments.at(NOON, UTC)
    card = Card("info", "t", (Section("h", (at, "x")), Section("log", (at,), mono=True)), footer=at)
    now = "22:13:20"
    assert moments.flattened(card) == Card(
        "info", "t", (Section("h", (now, "x")), Section("log", (now,), mono=True)), footer=now
    )


@pytest.mark.parametrize("text", ["\ue0001700000000 now\ue001", "\ue000 1 now\ue001", "\ue00000000000 1 now\ue001", ""])
def test_text_from_outside_is_no_time(text: str) -> None:
    assert list(moments.split(text)) == [(text, None)]


def test_a_time_that_was_cut_is_left_out() -> None:
    line = f"since {moments.at(NOON, UTC)}"
    assert {moments.flat(line[:size]) for size in range(15, len(line))} == {"since "}
