import logging

import pytest

from bot.runtime.health import Board


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_only_a_change_is_logged(said: pytest.LogCaptureFixture) -> None:
    board = Board()
    for trouble in ("", "no answer", "no answer", "other", "", ""):
        board.report("source shop", trouble)
    assert [(record.levelname, record.getMessage()) for record in said.records] == [
        ("WARNING", "source shop: no answer"),
        ("WARNING", "source shop: other"),
        ("INFO", "source shop: well again"),
    ]


def test_the_name_of_the_part_is_said_once(said: pytest.LogCaptureFixture) -> None:
    board = Board()
    board.report("source shop", "source shop: no answer", note="source shop: odd")
    assert (board.parts, board.notes) == ({"source shop": "no answer"}, {"source shop": "odd"})
    assert [record.getMessage() for record in said.records] == ["source shop: no answer", "source shop: odd"]


def test_a_note_is_no_trouble_and_is_logged_once(said: pytest.LogCaptureFixture) -> None:
    board = Board()
    for _ in range(3):
        board.report("source shop", note="one target is missing")
    board.report("llm")
    assert board.parts == {"llm": "", "source shop": ""}
    assert board.notes == {"source shop": "one target is missing"}
    assert [record.getMessage() for record in said.records] == ["source shop: one target is missing"]
    board.report("source shop")
    assert board.notes == {}


def test_parts_are_in_order_and_a_copy() -> None:
    board = Board()
    for part in ("store", "llm", "slack"):
        board.report(part, "down" if part == "llm" else "")
    seen = board.parts
    board.report("llm")
    assert list(seen.items()) == [("llm", "down"), ("slack", ""), ("store", "")]
