from collections.abc import Sequence

import numpy as np
import pytest

from bot.commands.case_clues import clues
from bot.commands.case_files import Case, Event
from bot.commands.case_table import Metrics
from bot.domain.topology import Topology
from detectors.hops import Line

START = 10_000.0
METRICS = Metrics(np.array([0.0, START]), (("web", "cpu"),), np.zeros((2, 1)))


def case(lines: Sequence[Line] = (), events: Sequence[Event] = ()) -> Case:
    return Case(METRICS, START, None, Topology({}), tuple(lines), tuple(events))


@pytest.mark.parametrize(
    ("age", "weight", "words"),
    [
        (60.0, 0.99, "deploy 60 s before the start: v2"),
        (3000.0, 0.58, "deploy 50 min before the start: v2"),
        (-30.0, 1.0, "deploy at the start: v2"),
    ],
)
def test_a_change_shortly_before_the_start_is_a_clue(age: float, weight: float, words: str) -> None:
    (found,) = clues(case(events=[Event(START - age, "web", "deploy", "v2")]))
    assert (found.service, found.family, found.words) == ("web", "deployment", words)
    assert found.weight == pytest.approx(weight, abs=0.01)


@pytest.mark.parametrize("age", [4000.0, -100.0])
def test_older_and_later_changes_are_none(age: float) -> None:
    assert clues(case(events=[Event(START - age, "web", "deploy", "v2")])) == []


def test_new_errors_are_a_clue_whose_words_are_safe_and_short() -> None:
    lines = [Line(at, "web", "INFO fine") for at in range(0, 20_000, 50)]
    lines += [Line(START + at, "web", "ERROR \x1b[31m broke\n" + "x" * 500) for at in range(9)]
    (found,) = clues(case(lines))
    assert (found.service, found.family) == ("web", "errors")
    assert found.weight == pytest.approx(0.75)
    assert len(found.words) < 160
    assert found.words.startswith("9 new errors in its log: ERROR")
    assert found.words.isprintable()


def test_requests_that_wait_are_a_clue_for_both_and_more_for_the_called() -> None:
    lines = []
    for number in range(40):
        at, late = 200.0 * number, START + 5.0 * number
        for since, hop in ((at, 0.01), (late, 2.0)):
            name = f"{number + int(since):032x}"
            lines += [
                Line(since + hop * place, service, f"id={name}") for place, service in enumerate(["web", "pay", "web"])
            ]
    found = {one.service: one for one in clues(case(lines))}
    assert found["pay"].weight > found["web"].weight > 0
    assert found["pay"].words == "requests wait: 80 of its 80 hops in the log are slow, from pay to web the most"
