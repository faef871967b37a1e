"""Dialogs and the Home within Slack's limits, and what a filled-in dialog says."""

from typing import Any

import pytest

from bot.chat import slack_blocks, slack_views
from bot.chat.slack_payloads import Spot
from bot.domain.card import Button, Card, Section
from bot.domain.people import Answer, Person
from tests.strict.slack import refusal

SPOT = Spot("C1", "U1", "0.9")


def filled(view: dict[str, Any], **values: str | None) -> dict[str, Any]:
    state = {
        block["block_id"]: {block["element"]["action_id"]: {"value": values.get(block["block_id"])}}
        for block in view["blocks"]
    }
    return {"user": {"id": "U1", "username": "ada"}, "view": view | {"id": "V1", "state": {"values": state}}}


@pytest.mark.parametrize(
    "view", [made("i" * 40, SPOT) for made in (slack_views.reason, slack_views.silence, slack_views.adjust)]
)
def test_dialogs_are_within_the_limits(view: dict[str, Any]) -> None:
    assert refusal("views.open", {"trigger_id": "1", "view": view}) == ("", [])


def test_the_longest_home_is_within_the_limits() -> None:
    buttons = tuple(Button("approve", "x" * 75, f"p{place}", "d" * 64) for place in range(60))
    card = Card("warning", "t" * 500, tuple(Section("h", ("&" * 9999,)) for _ in range(120)), buttons, "f", "http://s")
    view = slack_views.home(slack_blocks.answer(Answer("a" * 9999, card=card)))
    assert refusal("views.publish", {"user_id": "U1", "view": view}) == ("", [])
    assert view["blocks"][1]["text"]["text"].startswith("aaa")


def test_a_reason_is_a_command_about_the_proposal() -> None:
    body = filled(slack_views.reason("p1", SPOT), why=" we deploy  now\n")
    command, spot = slack_views.submitted(body)
    assert command.words == ("reason", "p1", "we", "deploy", "now")
    assert command.person == Person("slack", "U1", "ada")
    assert spot == SPOT


@pytest.mark.parametrize(
    ("span", "why", "words"),
    [
        ("2 h", None, ("silence", "i1", "2 h")),
        (" tomorrow ", "a move", ("silence", "i1", "tomorrow", "a", "move")),
    ],
)
def test_a_silence_keeps_its_span_as_one_word(span: str, why: str | None, words: tuple[str, ...]) -> None:
    assert slack_views.submitted(filled(slack_views.silence("i1", SPOT), why=why, span=span))[0].words == words


def test_a_second_delivery_has_the_same_id_and_a_corrected_dialog_another() -> None:
    view = slack_views.silence("i1", SPOT)
    ids = [slack_views.submitted(filled(view, span=span))[0].id for span in ("2x", "2x", "2h")]
    assert ids[0] == ids[1] != ids[2]


def test_a_refusal_stands_at_the_first_field() -> None:
    body = filled(slack_views.silence("i1", SPOT))
    answer = {"response_action": "errors", "errors": slack_views.refused(body, Answer("<" * 999, accepted=False))}
    assert refusal("ack:view_submission", answer) == ("", [])
    assert slack_views.refused(body, Answer("'2x' says not for how long", accepted=False)) == {
        "span": "'2x' says not for how long"
    }


def test_another_number_is_a_command_about_the_incident() -> None:
    command, _ = slack_views.submitted(filled(slack_views.adjust("i1", SPOT), span=" 5 "))
    assert command.words == ("adjust", "i1", "5")
