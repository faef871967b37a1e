"""Slack's payloads, as documented, become clicks and commands with ids that a replay repeats."""

from typing import Any

import pytest

from bot.chat.slack_payloads import Spot, click_of, command_of, mention_of, said, spot_of
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
    assert command_of(body) == (Command("slack/C1/U1/9.1", Person("slack", "U1", "ada"), words), Spot("C1", "U1"))


def mentioned(**event: Any) -> dict[str, Any]:
    first = {"type": "app_mention", "user": "U1", "text": "<@UBOT> what changed", "channel": "C1", "ts": "2.1"}
    return {"event": first | event, "event_id": "Ev1", "authorizations": [{"user_id": "UBOT", "is_bot": True}]}


def test_a_mention_in_a_thread_is_about_its_root_and_answered_there_for_all() -> None:
    command = Command("slack/C1/2.1", Person("slack", "U1"), ("ask", "what", "changed"), thread="C1:1.1")
    assert mention_of(mentioned(thread_ts="1.1")) == (command, Spot("C1", "U1", "1.1", aloud=True))


def test_a_mention_outside_of_a_thread_opens_one() -> None:
    found = mention_of(mentioned(text="<@UBOT> Status"))
    assert found == (Command("slack/C1/2.1", Person("slack", "U1"), ("status",)), Spot("C1", "U1", "2.1", aloud=True))


@pytest.mark.parametrize(
    "event", [{"bot_id": "B1"}, {"subtype": "bot_message"}, {"edited": {"user": "U1", "ts": "3.1"}}, {"user": ""}]
)
def test_bots_and_edits_are_not_listened_to(event: dict[str, Any]) -> None:
    assert mention_of(mentioned(**event)) is None


@pytest.mark.parametrize(
    ("text", "ours", "expected"),
    [
        ("<@UBOT> is it &lt;b&gt; &amp;amp; c", "UBOT", "is it <b> &amp; c"),
        ("hey <@UBOT|steward>, look", "UBOT", "hey  , look"),
        ("<@UADA> asked <@UBOT> so", "UBOT", "@UADA asked   so"),
        ("<@UBOT> and <@UADA|ada>", "", "and @ada"),
        ("show <http://shop.example.com|shop.example.com>", "UBOT", "show shop.example.com"),
        ("<https://s.example/?a=1&amp;b=2>", "UBOT", "https://s.example/?a=1&b=2"),
        ("<#C1|general> <#C2> <!here> <!subteam^S1|@ops> <!date^1^{time}|noon>", "", "#general #C2 @here @ops noon"),
        ("", "UBOT", ""),
    ],
)
def test_a_text_reads_as_its_author_sees_it(text: str, ours: str, expected: str) -> None:
    assert said(text, ours) == expected


def test_a_click_at_the_home_has_a_view_in_place_of_a_message() -> None:
    body = {name: value for name, value in pressed().items() if name not in {"message", "channel"}}
    body["container"] = {"type": "view", "view_id": "V1"}
    assert click_of(body).id == "slack/home/V1/steward_approve/U1/5.1"
    assert spot_of(body) == Spot("", "U1")


def test_a_choice_of_a_menu_is_in_the_selected_option() -> None:
    body = pressed("steward_silence")
    body["actions"][0] = {key: value for key, value in body["actions"][0].items() if key != "value"}
    body["actions"][0]["selected_option"] = {"value": "i1:4h"}
    assert (click_of(body).verb, click_of(body).subject, click_of(body).digest) == ("silence", "i1", "4h")
