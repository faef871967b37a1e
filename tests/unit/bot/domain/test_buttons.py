from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from bot.domain.approval import token
from bot.domain.buttons import SILENCES, of_incident, of_proposal
from bot.domain.incident import Ack
from bot.domain.spans import until
from tests import builders
from tests.builders import T

ALL = ["ack", "harmless", "silence", "silence", "silence", "helpful", "wrong"]


@pytest.mark.parametrize(
    ("over", "verbs"),
    [
        ({}, ALL),
        ({"ack": Ack("slack:U1", "Ada", T)}, ALL[1:]),
        ({"state": "resolved"}, ["harmless", "helpful", "wrong"]),
        ({"diagnosis": None}, ALL[:5]),
        ({"verdicts": {"slack:U1": "harmless"}}, [ALL[0], *ALL[2:]]),
        ({"verdicts": {"slack:U1": "helpful"}}, ALL),
    ],
)
def test_what_can_be_said_of_an_incident(over: dict[str, Any], verbs: list[str]) -> None:
    assert [button.verb for button in of_incident(builders.incident(**over))] == verbs


def test_the_menu_says_spans_that_the_desk_reads() -> None:
    assert all(until(words, T, UTC) > T for _, words in SILENCES)
    assert [button.digest for button in of_incident(builders.incident())[2:5]] == [words for _, words in SILENCES]


def test_buttons_are_bound_to_the_proposal_and_exactly_its_plan() -> None:
    one = builders.proposal()
    yes, no = of_proposal(one, UTC)
    assert (yes.verb, yes.label, no.verb, no.label) == (
        "approve", "Approve: roll back payments to v1", "reject", "Reject",
    )  # fmt: skip
    assert {(button.subject, button.digest) for button in (yes, no)} == {("p1", token(one.digest))}


def test_what_may_be_approved_in_advance_has_a_button_that_says_until_when() -> None:
    yes, stand, no = of_proposal(builders.proposal(standing_until=T + 86_400), UTC)
    assert (yes.verb, stand.verb, no.verb) == ("approve", "stand", "reject")
    assert stand.label == "Approve every rollback of payments until 08:00"
    assert (stand.subject, stand.digest) == (yes.subject, yes.digest)


def test_a_label_keeps_within_what_chats_allow() -> None:
    long = replace(builders.proposal(plan_=builders.plan(service="s" * 200)), standing_until=T)
    assert [len(button.label) for button in of_proposal(long, UTC)] == [75, 75, 6]
    assert of_proposal(long, UTC)[1].label.endswith("sss until 08:00")


def test_a_scaling_may_have_another_number() -> None:
    scaling = builders.proposal(plan_=builders.plan("scale"))
    assert [(one.verb, one.subject) for one in of_proposal(scaling, UTC)][2:] == [("adjust", scaling.incident_id)]
