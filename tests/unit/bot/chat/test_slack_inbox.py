"""Slack's payloads, as documented, become clicks and commands with ids that a replay repeats."""

from typing import Any

import pytest

from bot.chat.slack_inbox import Spot, click_of, command_of, spot_of
from bot.domain.people import Command, Person


def pressed(
    action_id: str = "steward_approve", action_ts: str = "5.1", thread: str = "", user: str = "U1"
) -> dict[str, Any]:
    message = {"ts": "1.1", "text": "x"} | ({"thread_ts": thread} if thread else {})
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "ada", "name": "ada l", "team_id": "T1"},
        "channel": {"id": "C1", "name": "ops"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1"},
        "message": message,
        "actions": [{"action_id": action_id, "action_ts": action_ts, "value": "p:1:digest", "type": "button"}],
    }


def test_a_click_carries_who_what_and_which_plan() -> None:
    click = click_of(pressed())
    assert click.person == Person("slack", "U1", "ada")
    assert (click.verb, click.subject, click.digest) == ("approve", "p:1", "digest")


@pytest.mark.parametrize("action_id", ["steward_reject", "steward_reject_2"])
def test_the_verb_is_in_the_action_id(action_id: str) -> None:
    assert click_of(pressed(action_id)).verb == "reject"


def test_the_id_of_a_click_is_the_press_and_not_its_delivery() -> None:
    same = click_of(pressed() | {"trigger_id": "other", "response_url": "other"})
    assert same.id == click_of(pressed()).id
    others = [pressed(action_ts="5.2"), pressed(user="U2"), pressed("steward_reject")]
    assert len({click_of(body).id for body in [pressed(), *others]}) == 4


def test_a_click_on_an_answer_that_only_one_person_sees_has_no_message() -> None:
    body = {name: value for name, value in pressed("steward_revoke").items() if name != "message"}
    assert (click_of(body).verb, click_of(body).id) == ("revoke", click_of(pressed("steward_revoke")).id)
    assert spot_of(body) == Spot("C1", "U1", "")


@pytest.mark.parametrize(("thread", "expected"), [("", ""), ("1.1", ""), ("0.9", "0.9")])
def test_the_answer_goes_where_the_person_looks(thread: str, expected: str) -> None:
    assert spot_of(pressed(thread=thread)) == Spot("C1", "U1", expected)


@pytest.mark.parametrize(("text", "words"), [("", ()), (None, ()), (" show  3f2a ", ("show", "3f2a"))])
def test_a_command_is_its_words(text: str | None, words: tuple[str, ...]) -> None:
    body = {"channel_id": "C1", "user_id": "U1", "user_name": "ada", "trigger_id": "9.1", "text": text}
    assert command_of(body) == Command("slack/C1/U1/9.1", Person("slack", "U1", "ada"), words)
