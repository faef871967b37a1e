import json

import pytest

from actions.model import Action, ActuatorError, DriftedError, Plan, Revision, Target
from actions.report import SHORT, UNSEEN, blind, inert, parameters, read, refuse_drift

TARGET = Target("command", "checkout")
LEAST = {"replicas": 2, "ready": 1}


def told(**more: object) -> bytes:
    return json.dumps({**LEAST, **more}).encode()


def test_all_that_can_be_told() -> None:
    releases = ["v1", {"name": "v2", "deployed_at": 20, "detail": "by ada"}]
    text = told(revision="v2", revisions=releases, version="7", problems=["disk\nfull"], restarts=3, action="done")
    report = read(text, "hook")
    state = report.state
    assert report.action == "done"
    assert (state.replicas, state.ready, state.revision, state.version, state.restarts) == (2, 1, "v2", "7", 3)
    assert state.revisions == (Revision("v1", 0.0), Revision("v2", 20.0, "by ada"))
    assert state.problems == ("disk full",)
    assert state.at_once == 2


def test_the_least_that_can_be_told_has_a_version_that_follows_replicas_and_revision() -> None:
    report = read(told(), "hook")
    assert report.action == "unknown"
    version = report.state.version
    assert version == read(told(ready=2), "hook").state.version
    assert version != read(told(replicas=3), "hook").state.version
    assert version != read(told(revision="v2"), "hook").state.version


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "Invalid JSON"),
        (b"<html>", "Invalid JSON"),
        (b"[]", "should be an object"),
        (b"{}", "replicas: Field required"),
        (told(replicas=-1), "replicas: "),
        (told(revision="v1; rm -rf /"), "revision: "),
        (told(revisions=["-rf"]), "revisions.0.name: "),
        (told(revisions=["a b"]), "revisions.0.name: "),
        (told(revisions=["v1\n"]), "revisions.0.name: "),
        (told(revisions=["x" * 129]), "revisions.0.name: "),
        (told(action="perhaps"), "action: "),
    ],
)
def test_what_is_no_state_is_one_line(text: bytes, words: str) -> None:
    with pytest.raises(ActuatorError, match=r"^hook gave no state that can be read .*docs/actuators\.md") as caught:
        read(text, "hook")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.effect == "none"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("all well", "all well"),
        ("  two\n\tlines\r\n", "two lines"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u202eb\u200bc\0d", "a b c d"),
        ("x" * 10_000, "x" * SHORT + "..."),
    ],
)
def test_words_of_others_are_made_inert(text: str, words: str) -> None:
    assert inert(text) == words


def test_the_parameters_are_those_of_the_verb() -> None:
    assert parameters(Action("restart", TARGET, replicas=7)) == {}
    assert parameters(Action("scale", TARGET, replicas=0)) == {"replicas": 0}
    assert parameters(Action("rollback", TARGET, revision="v1")) == {"revision": "v1"}
    for broken in (Action("scale", TARGET), Action("rollback", TARGET)):
        with pytest.raises(ActuatorError, match="names nothing that could be done"):
            parameters(broken)


def test_another_version_is_drift() -> None:
    plan = blind(Action("restart", TARGET), "the command deploy")
    assert plan.changes[0].after == "restarted by the command deploy"
    refuse_drift(plan, UNSEEN)
    with pytest.raises(DriftedError, match="checkout changed since"):
        refuse_drift(Plan(plan.action, "7", ()), UNSEEN)
