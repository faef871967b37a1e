from dataclasses import replace

import pytest

from actions.model import Action, Answer, Target, Verb
from actions.systemd_read import Unit, before, instance, judge, number, state, version

THREE = Unit("checkout@3.service", "active")
ONE, TWO = Unit("checkout@1.service", "active", "running", "aa"), Unit("checkout@2.service", "active", "running", "bb")
TARGET = Target("systemd", "checkout")


@pytest.mark.parametrize(
    ("name", "which"),
    [
        ("checkout@1.service", 1),
        ("checkout@10.service", 10),
        ("a@b@3.service", 3),
        ("checkout.service", 0),
        ("checkout@.service", 0),
        ("checkout@blue.service", 0),
        ("checkout@0.service", 0),
        ("checkout@01.service", 0),
        ("checkout@1.timer", 0),
    ],
)
def test_the_number_of_an_instance(name: str, which: int) -> None:
    assert number(name) == which
    if which and name.startswith("checkout"):
        assert instance("checkout@.service", which) == name


def test_a_state_in_its_own_words() -> None:
    broken = replace(TWO, active="failed", sub="failed", result="oom-kill", exit_code=137, restarts=3)
    looping = replace(ONE, active="activating", sub="auto-restart", result="exit-code", exit_code=1, restarts=7)
    found = state([looping, broken], "v2", ())
    assert (found.replicas, found.ready, found.restarts, found.revision) == (2, 0, 10, "v2")
    assert found.problems == (
        "checkout@1.service: restarting again and again (exit-code), last exit code 1",
        "checkout@2.service: failed (oom-kill), last exit code 137",
    )
    assert state([ONE, TWO], "", ()).settled
    assert state([replace(ONE, active="inactive")], "", ()).problems == ("checkout@1.service: not running",)


def test_the_version_follows_the_set_of_units_and_the_release_only() -> None:
    found = version([ONE, TWO], "v2")
    assert found == version([TWO, replace(ONE, invocation="cc", restarts=5, active="failed")], "v2")
    assert found != version([ONE], "v2")
    assert found != version([ONE, TWO], "v1")


RESTARTED = [replace(ONE, invocation="cc"), replace(TWO, invocation="dd")]


@pytest.mark.parametrize(
    ("verb", "units", "revision", "answer"),
    [
        ("restart", RESTARTED, "v2", "done"),
        ("restart", [ONE, TWO], "v2", "unknown"),
        ("restart", [RESTARTED[0], TWO], "v2", "unknown"),
        ("restart", RESTARTED[:1], "v2", "unknown"),
        ("restart", [RESTARTED[0], replace(RESTARTED[1], active="activating")], "v2", "unknown"),
        ("restart", [RESTARTED[0], replace(RESTARTED[1], restarts=1)], "v2", "unknown"),
        ("rollback", RESTARTED, "v1", "done"),
        ("rollback", RESTARTED, "v2", "unknown"),
        ("rollback", [ONE, TWO], "v1", "unknown"),
        ("scale", [ONE, TWO, THREE], "v2", "done"),
        ("scale", [ONE, TWO], "v2", "unknown"),
        ("scale", [ONE, TWO, Unit("checkout@3.service", "activating")], "v2", "unknown"),
        ("scale", [ONE, TWO, Unit("checkout@4.service", "active")], "v2", "unknown"),
        (
            "scale",
            [ONE, TWO, THREE, Unit("checkout@4.service", "failed")],
            "",
            "unknown",
        ),
    ],
)
def test_what_was_begun_is_done_only_when_its_end_can_be_seen(
    verb: Verb, units: list[Unit], revision: str, answer: Answer
) -> None:
    assert judge(Action(verb, TARGET, 3, "v1"), before([ONE, TWO]), units, revision) == answer


def test_restarts_by_systemd_before_the_action_do_not_count_against_it() -> None:
    was = before([replace(ONE, restarts=3)])
    assert judge(Action("restart", TARGET), was, [replace(ONE, invocation="cc", restarts=1)], "") == "done"
    assert judge(Action("restart", TARGET), was, [replace(ONE, invocation="cc", restarts=4)], "") == "unknown"


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        (("notify", "notify"), 1),
        (("notify-reload", "dbus"), 1),
        (("forking", "forking"), 1),
        (("simple", "simple"), 2),
        (("exec", "exec"), 2),
        (("notify", "simple"), 2),
        (("simple",), 1),
    ],
)
def test_a_unit_that_does_not_say_when_it_is_ready_is_not_waited_for(kinds: tuple[str, ...], wanted: int) -> None:
    assert state([replace(ONE, kind=kind) for kind in kinds], "", ()).at_once == wanted
