from dataclasses import replace

import pytest

from actions.draft import draft
from actions.model import Action, ActuatorError, Instance, Revision, State, Target, Verb

TARGET = Target("process", "payments", {"directory": "d"})
STATE = State(
    replicas=2,
    ready=1,
    revision="v2",
    revisions=(Revision("v1", 1.0, "shop/payments:1"), Revision("v2", 2.0, "shop/payments:2")),
    version="7",
    instances=(Instance("one", "n1", ready=True), Instance("two", "n2", ready=False)),
)
VERBS: tuple[Verb, ...] = ("restart", "scale", "rollback", "evict", "cordon", "uncordon")


def test_a_restart_has_no_inverse() -> None:
    plan = draft(Action("restart", TARGET), STATE, VERBS)
    assert (plan.version, plan.inverse) == ("7", None)
    assert plan.changes[0].after == "2 of revision v2, started anew"


def test_a_scale_goes_back_to_the_present_number() -> None:
    plan = draft(Action("scale", TARGET, replicas=5), STATE, VERBS)
    assert (plan.changes[0].before, plan.changes[0].after) == ("2", "5")
    assert plan.inverse == Action("scale", TARGET, replicas=2)


def test_a_rollback_says_what_the_revisions_are() -> None:
    plan = draft(Action("rollback", TARGET, revision="v1"), STATE, VERBS)
    assert plan.changes[0].before == "v2 (shop/payments:2, of 1970-01-01 00:00 UTC)"
    assert plan.changes[0].after == "v1 (shop/payments:1, of 1970-01-01 00:00 UTC)"
    assert plan.inverse == Action("rollback", TARGET, revision="v2")


def test_a_rollback_from_what_is_not_recorded_cannot_be_undone() -> None:
    plan = draft(Action("rollback", TARGET, revision="v1"), replace(STATE, revision=""), VERBS)
    assert plan.changes[0].before == "unrecorded"
    assert plan.inverse is None


def test_an_eviction_names_the_node_that_it_frees() -> None:
    plan = draft(Action("evict", TARGET, instance="two"), STATE, VERBS)
    assert (plan.changes[0].what, plan.changes[0].before, plan.inverse) == ("instance two", "on n2", None)


def test_a_cordon_is_undone_by_an_uncordon() -> None:
    plan = draft(Action("cordon", TARGET, instance="n1"), STATE, VERBS)
    assert (plan.changes[0].what, plan.changes[0].before) == ("node n1", "takes new instances")
    assert plan.inverse == Action("uncordon", TARGET, instance="n1")
    assert draft(plan.inverse, replace(STATE, instances=()), VERBS).inverse == plan.action


def test_what_comes_and_goes_by_itself_does_not_change_the_digest() -> None:
    later = replace(STATE, ready=2, restarts=9, problems=("CrashLoopBackOff",))
    action = Action("restart", TARGET)
    assert draft(action, STATE, VERBS).digest == draft(action, later, VERBS).digest


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action("scale", TARGET), "no number of replicas"),
        (Action("scale", TARGET, replicas=-1), "no number of replicas"),
        (Action("scale", TARGET, replicas=2), "already has that many"),
        (Action("rollback", TARGET, revision="v2"), "what runs now"),
        (Action("rollback", TARGET, revision="v9"), "there are v1, v2"),
        (Action("rollback", TARGET), "no such revision"),
        (Action("evict", TARGET, instance="three"), "not among one, two"),
        (Action("evict", TARGET), "not among one, two"),
        (Action("cordon", TARGET, instance="n3"), "runs nothing on that node"),
        (Action("uncordon", TARGET), "runs nothing on that node"),
    ],
)
def test_what_makes_no_sense_is_refused(action: Action, words: str) -> None:
    with pytest.raises(ActuatorError, match=words):
        draft(action, STATE, VERBS)


def test_a_verb_that_the_target_lacks_is_refused() -> None:
    with pytest.raises(ActuatorError, match="knows only restart, rollback"):
        draft(Action("scale", TARGET, replicas=3), STATE, ("restart", "rollback"))
