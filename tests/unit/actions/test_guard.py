from collections.abc import Sequence

import pytest

from actions.guard import History, Limits, Recent, fits, pace, risk
from actions.model import Action, Instance, Plan, Revision, State, Target

NOW = 1_000_000.0
TARGET = Target("kubernetes", "payments", {"namespace": "shop", "workload": "deployment/payments"})
SAME_WORKLOAD = Target("kubernetes", "billing", dict(TARGET.options))
ELSEWHERE = Target("kubernetes", "search", {"namespace": "shop", "workload": "deployment/search"})
STATE = State(
    replicas=4,
    ready=4,
    revision="v3",
    revisions=(Revision("v1", 1.0), Revision("v2", 2.0), Revision("v3", 3.0)),
    version="7",
)
LIMITS = Limits(min_replicas=2, max_replicas=8, cooldown=600, max_per_hour=3)
RESTART = Action("restart", TARGET)


def scale(replicas: int | None) -> Action:
    return Action("scale", TARGET, replicas=replicas)


def rollback(revision: str | None) -> Action:
    return Action("rollback", TARGET, revision=revision)


def plan(action: Action) -> Plan:
    return Plan(action, "7", ())


@pytest.mark.parametrize("action", [RESTART, scale(2), scale(8), rollback("v1"), rollback("v2")])
def test_what_is_within_the_limits_is_allowed(action: Action) -> None:
    assert fits(action, LIMITS, STATE) == ()


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (scale(0), "would stop it"),
        (scale(-3), "would stop it"),
        (scale(None), "needs a number"),
        (scale(1), "below the 2 that payments must keep (min_replicas)"),
        (scale(9), "above the 8 that payments may have (max_replicas)"),
        (scale(4), "already has 4"),
        (rollback("v3"), "already runs revision v3"),
        (rollback("v9"), "no revision v9; it has v1, v2, v3"),
        (rollback(None), "needs a revision"),
    ],
)
def test_what_makes_no_sense_or_breaks_the_bounds_is_refused(action: Action, words: str) -> None:
    (refusal,) = fits(action, LIMITS, STATE)
    assert words in refusal


@pytest.mark.parametrize(
    ("recent", "words"),
    [
        ([Recent(TARGET, NOW - 599)], ["cooldown ends in 1 s"]),
        ([Recent(TARGET, NOW - 600)], []),
        ([Recent(TARGET, NOW - 601), Recent(TARGET, NOW - 10)], ["cooldown ends in 590 s"]),
        ([Recent(ELSEWHERE, NOW - 1)], []),
        ([Recent(TARGET, NOW + 3600)], ["cooldown ends in 600 s"]),
        ([Recent(TARGET, NOW - age) for age in (700, 1700, 3599)], ["3 actions in the last hour"]),
        ([Recent(TARGET, NOW - age) for age in (700, 1700, 3600)], []),
        ([Recent(TARGET, NOW - 4000, running=True)], ["another action is running"]),
        ([Recent(SAME_WORKLOAD, NOW - 4000, running=True)], ["another action is running"]),
        ([Recent(SAME_WORKLOAD, NOW - 5)], []),
        ([Recent(ELSEWHERE, NOW - 5, running=True)], []),
    ],
)
def test_the_pace_is_kept(recent: Sequence[Recent], words: list[str]) -> None:
    refusals = pace(TARGET, LIMITS, History(recent, NOW))
    assert len(refusals) == len(words)
    assert all(word in refusal for word, refusal in zip(words, refusals, strict=True))


def test_every_reason_is_told() -> None:
    recent = [Recent(TARGET, NOW - 1, running=True), Recent(TARGET, NOW - 2), Recent(TARGET, NOW - 3)]
    refusals = pace(TARGET, LIMITS, History(recent, NOW, max_per_hour=3))
    assert len(refusals) == 4
    assert all("\n" not in refusal for refusal in refusals)


def test_all_services_together_have_a_limit_too() -> None:
    recent = [Recent(ELSEWHERE, NOW - age) for age in (10, 20, 3599, 3600)]
    assert pace(TARGET, LIMITS, History(recent, NOW, max_per_hour=4)) == ()
    (refusal,) = pace(TARGET, LIMITS, History(recent, NOW, max_per_hour=3))
    assert "3 actions in the last hour, the most allowed in all" in refusal


@pytest.mark.parametrize(
    ("action", "ready", "least", "left"),
    [
        (RESTART, 4, 3, None),
        (RESTART, 4, 4, 3),
        (RESTART, 1, 1, 0),
        (RESTART, 1, 0, None),
        (RESTART, 0, 1, None),
        (rollback("v2"), 2, 2, 1),
        (scale(2), 4, 3, 2),
        (scale(6), 4, 4, None),
        (Action("evict", TARGET, instance="one"), 2, 2, 1),
        (Action("evict", TARGET, instance="two"), 2, 2, None),
        (Action("cordon", TARGET, instance="n1"), 1, 4, None),
    ],
)
def test_healthy_replicas_are_kept(action: Action, ready: int, least: int, left: int | None) -> None:
    instances = (Instance("one", "n1", ready=True), Instance("two", "n2", ready=False))
    state = State(4, ready, "v3", STATE.revisions, "7", instances=instances)
    refusals = fits(action, Limits(min_replicas=1, min_healthy=least), state)
    assert len(refusals) == (left is not None)
    assert all(f"would have {left} healthy replicas" in refusal for refusal in refusals)


@pytest.mark.parametrize("action", [RESTART, rollback("v2")])
@pytest.mark.parametrize(
    ("at_once", "ready", "least", "left"),
    [(0, 1, 1, None), (2, 4, 2, None), (2, 4, 3, 2), (4, 4, 1, 0), (4, 4, 0, None), (4, 2, 1, 0), (4, 0, 1, None)],
)
def test_healthy_replicas_are_counted_by_how_many_go_at_once(
    action: Action, at_once: int, ready: int, least: int, left: int | None
) -> None:
    state = State(4, ready, "v3", STATE.revisions, "7", at_once=at_once)
    refusals = fits(action, Limits(min_replicas=1, min_healthy=least), state)
    assert len(refusals) == (left is not None)
    assert all(f"would have {left} healthy replicas" in refusal for refusal in refusals)


def test_a_restart_of_all_at_once_is_no_small_thing() -> None:
    states = [State(4, 4, "v3", (), "7", at_once=at_once) for at_once in (0, 1, 3, 4)]
    assert [risk(plan(RESTART), state) for state in states] == ["low", "low", "low", "medium"]


@pytest.mark.parametrize(
    ("action", "replicas", "wanted"),
    [
        (RESTART, 4, "low"),
        (RESTART, 1, "medium"),
        (scale(4), 2, "low"),
        (scale(8), 4, "low"),
        (scale(9), 4, "medium"),
        (scale(3), 4, "medium"),
        (scale(2), 4, "medium"),
        (scale(1), 4, "high"),
        (rollback("v2"), 4, "medium"),
        (rollback("v1"), 4, "high"),
        (rollback("v9"), 4, "high"),
        (Action("evict", TARGET, instance="one"), 4, "low"),
        (Action("evict", TARGET, instance="one"), 1, "medium"),
        (Action("cordon", TARGET, instance="n1"), 4, "high"),
        (Action("uncordon", TARGET, instance="n1"), 4, "low"),
    ],
)
def test_risk(action: Action, replicas: int, wanted: str) -> None:
    state = State(replicas, replicas, "v3", STATE.revisions, "7")
    assert risk(plan(action), state) == wanted


def test_a_rollback_from_the_oldest_revision_has_no_previous_one() -> None:
    state = State(1, 1, "v1", STATE.revisions, "7")
    assert risk(plan(rollback("v3")), state) == "high"
