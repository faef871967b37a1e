from dataclasses import replace
from typing import Any

import pytest

from actions.guard import Limits
from actions.model import Action, Instance, Revision, State, Target
from bot.domain.proposals import Case, Offer, expired, place, propose, reach
from bot.domain.suspects import Cause
from tests.builders import T, proposal, suspect

TARGET = Target("kubernetes", "payments", {"workload": "deployment/payments"})
LIMITS = Limits(max_replicas=10)


def state(*names: str, runs: str = "", **over: Any) -> State:
    course = tuple(Revision(name, T - 100 + place) for place, name in enumerate(names))
    return State(
        **{"replicas": 2, "ready": 2, "revisions": course, "version": "7", **over, "revision": runs or names[-1]}
    )


def offers_for(cause: Cause, one: State, load: float = 2.0, limits: Limits = LIMITS) -> tuple[Offer, ...]:
    return propose(Case(suspect(cause=cause), T, load), TARGET, one, limits)


@pytest.mark.parametrize(
    ("cause", "one", "offers"),
    [
        ("deployment", state("v1", "v2"), [("rollback", "v1")]),
        ("deployment", state("v1", "v2", "v3", runs="v2"), [("rollback", "v1")]),
        ("deployment", state("v1"), []),
        ("deployment", state("v1", "v2", runs="v1"), []),
        ("deployment", state("v1", "v2", runs="v9"), []),
        ("crash", state("v1", "v2"), [("rollback", "v1"), ("restart", None)]),
        ("crash", state("v1"), [("restart", None)]),
        ("leak", state("v1", "v2"), [("restart", None)]),
        ("fault", state("v1", "v2"), [("restart", None)]),
        ("overload", state("v1"), [("scale", None)]),
    ],
)
def test_the_action_fits_the_cause(cause: Cause, one: State, offers: list[tuple[str, str | None]]) -> None:
    found = offers_for(cause, one)
    assert [(offer.action.verb, offer.action.revision) for offer in found] == offers
    assert all(offer.action.target == TARGET for offer in found)


READY, SICK = Instance("payments-1", "n1", ready=True), Instance("payments-2", "n2", ready=False)


@pytest.mark.parametrize(
    ("cause", "node", "instances", "offers"),
    [
        ("fault", "", (READY, SICK), [("evict", "payments-2"), ("restart", None)]),
        ("crash", "", (READY, SICK), [("evict", "payments-2"), ("restart", None)]),
        ("fault", "", (SICK,), [("restart", None)]),
        ("fault", "", (READY, READY), [("restart", None)]),
        ("fault", "", (SICK, SICK, READY), [("restart", None)]),
        ("neighbour", "n1", (READY, SICK), [("evict", "payments-1"), ("cordon", "n1")]),
        ("neighbour", "n9", (READY, SICK), [("cordon", "n9")]),
    ],
)
def test_one_instance_is_moved_away_when_it_alone_is_the_trouble(
    cause: Cause, node: str, instances: tuple[Instance, ...], offers: list[tuple[str, str | None]]
) -> None:
    case = Case(suspect(cause=cause), T, node=node)
    found = propose(case, TARGET, state("v1", instances=instances), LIMITS)
    assert [(offer.action.verb, offer.action.instance) for offer in found] == offers


@pytest.mark.parametrize(
    ("replicas", "load", "most", "wanted"),
    [
        (1, 2.0, 10, 2),
        (2, 1.6, 10, 4),
        (2, 1.0, 10, 3),
        (2, 0.2, 10, 3),
        (3, 2.0, 10, 6),
        (2, 50.0, 10, 6),
        (4, 3.0, 10, 10),
        (4, 3.0, 4, None),
        (5, 3.0, 4, None),
    ],
)
def test_scaling_follows_the_load_at_least_by_one_and_within_bounds(
    replicas: int, load: float, most: int, wanted: int | None
) -> None:
    one = state("v1", replicas=replicas)
    found = offers_for("overload", one, load, Limits(max_replicas=most))
    assert [offer.action.replicas for offer in found] == ([] if wanted is None else [wanted])


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ("deployment", "payments has been unwell since v2 was deployed; v1 ran before it"),
        ("overload", "payments gets more traffic than 2 replicas can serve"),
        ("leak", "a restart of payments frees the memory that it keeps taking"),
        ("fault", "payments is where the trouble starts; a restart is the mildest cure"),
    ],
)
def test_every_offer_says_why(cause: Cause, reason: str) -> None:
    assert offers_for(cause, state("v1", "v2"))[0].reason == reason


def test_the_second_offer_for_a_crash_has_its_own_reason() -> None:
    offers = offers_for("crash", state("v1", "v2"))
    assert offers[1].reason == "payments does not stay up; a restart gives it a clean start"


@pytest.mark.parametrize(("before", "verbs"), [(1800, ["rollback", "restart"]), (1801, ["restart"])])
def test_a_crash_is_rolled_back_only_when_the_revision_is_young(before: float, verbs: list[str]) -> None:
    course = (Revision("v1", T - 90_000), Revision("v2", T - before))
    offers = offers_for("crash", state("v1", "v2", revisions=course))
    assert [offer.action.verb for offer in offers] == verbs


def test_previous_is_by_place_in_the_history() -> None:
    assert state("v1", "v2", "v3").previous == Revision("v2", T - 99)
    assert state("v1", "v2", runs="v1").previous is None


def test_only_pending_proposals_expire_and_that_at_the_moment_itself() -> None:
    ripe, later = proposal("ripe", expires_at=T), proposal("later", expires_at=T + 0.001)
    done = proposal("done", expires_at=T - 9, state="approved")
    assert [one.id for one in expired([ripe, later, done], T)] == ["ripe"]


@pytest.mark.parametrize(
    ("action", "replicas", "callers", "words"),
    [
        (Action("restart", TARGET), 1, ("checkout",), "touches its only replica; called by checkout"),
        (Action("restart", TARGET), 3, (), "touches all 3 replicas, one after the other; called by no known service"),
        (
            Action("scale", TARGET, replicas=4),
            2,
            ("a", "b"),
            "touches its capacity, from 2 replicas to 4; called by a and b",
        ),
    ],
)
def test_reach_says_what_is_touched_and_who_notices(
    action: Action, replicas: int, callers: tuple[str, ...], words: str
) -> None:
    assert reach(action, state("v1", replicas=replicas), callers) == f"{words}; kubernetes deployment/payments"


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action("restart", TARGET), "touches all 2 replicas (payments-1 and payments-2), one after the other"),
        (Action("evict", TARGET, instance="payments-2"), "touches one of its 2 replicas"),
        (Action("cordon", TARGET, instance="n1"), "touches everything that is started on n1, where 1 of its instances"),
    ],
)
def test_reach_names_the_instances(action: Action, words: str) -> None:
    assert reach(action, state("v1", instances=(READY, SICK)), ()).startswith(words)


@pytest.mark.parametrize("action", [Action("restart", TARGET), Action("rollback", TARGET, revision="v1")])
@pytest.mark.parametrize(
    ("at_once", "words"),
    [
        (0, "touches all 3 replicas, each replaced before it goes;"),
        (1, "touches all 3 replicas, one after the other;"),
        (2, "touches all 3 replicas, 2 at a time;"),
        (3, "touches all 3 replicas at once;"),
    ],
)
def test_reach_says_how_many_go_at_once(action: Action, at_once: int, words: str) -> None:
    assert reach(action, replace(state("v1", replicas=3), at_once=at_once), ()).startswith(words)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (TARGET, "kubernetes deployment/payments"),
        (
            Target("kubernetes", "p", {"namespace": "shop", "workload": "deployment/p", "kubeconfig": "/etc/k"}),
            "kubernetes deployment/p, namespace shop",
        ),
        (Target("webhook", "p", {"url": "https://hooks.example/secret"}), "webhook"),
        (Target("ecs", "p", {"cluster": "main", "service": "p", "region": "eu-1"}), "ecs p, cluster main, region eu-1"),
    ],
)
def test_a_place_says_where_and_not_how_to_get_there(target: Target, words: str) -> None:
    assert place(target) == words
