from collections.abc import Mapping

import pytest

from bot.domain.incident import Incident
from bot.drills.kill import answered, counted, finished
from tests import builders as make


def test_points_are_counted_in_pairs() -> None:
    points = ["click, before commit", "click, after commit", "execute, before effect", "execute, after effect"]
    assert counted(points) == "1 commit and 1 effect"


def test_a_click_has_one_answer() -> None:
    assert answered({"p1": ["approved", "approved"], "p2": ["approved"]}) == []
    assert answered({"p1": ["approved", "too late"]}) == ["a click was answered ['approved', 'too late']"]


@pytest.mark.parametrize(
    ("told", "well"),
    [
        ({"post": 1, "reply": 1}, True),
        ({"post": 2, "reply": 1}, True),
        ({"post": 1, "reply": 2}, True),
        ({"post": 2, "reply": 2}, False),
        ({"post": 1}, False),
        ({"reply": 1}, False),
        ({"post": 1, "reply": 3}, False),
    ],
)
def test_the_chat_heard_all_and_at_most_one_thing_twice(told: Mapping[str, int], well: bool) -> None:
    ended = make.incident(state="resolved")
    dossier = make.dossier(ended, events=(make.event("approved"), make.event("executing")))
    assert (finished([dossier], told) == []) is well


def test_an_incident_that_was_left_behind_is_noticed() -> None:
    left: Incident = make.incident(state="acting")
    assert finished([make.dossier(left, events=())], {"post": 1}) == ["the incident is acting"]
