from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from actions.guard import Limits
from actions.model import Action, Change, Target
from bot.domain.calendar import Calendar, Entry, Span
from bot.domain.policy import Policy, Rule, Terms
from bot.domain.scope import Scope
from tests.builders import T, plan

ADA, BOB, CEM = "slack:U1", "telegram:1001", "slack:U2"
ALL = frozenset({ADA, BOB, CEM})
BASE = Policy(ALL, environments={"payments": "production", "catalog": "staging"})
RESTART = plan("restart").action


def of(*services: str) -> Scope:
    return Scope(services=frozenset(services))


@pytest.mark.parametrize(
    ("over", "action", "approvers", "needed"),
    [
        pytest.param({}, RESTART, ALL, 1, id="no rule"),
        pytest.param({"rules": (Rule(of("payments"), frozenset({ADA})),)}, RESTART, {ADA}, 1, id="its rule"),
        pytest.param({"rules": (Rule(of("catalog"), frozenset({ADA})),)}, RESTART, ALL, 1, id="another's rule"),
        pytest.param(
            {"rules": (Rule(of("payments"), frozenset({ADA})), Rule(Scope(), frozenset({BOB})))},
            RESTART, {ADA}, 1, id="the first that fits decides",
        ),
        pytest.param(
            {"rules": (Rule(Scope(), frozenset({BOB})), Rule(of("payments"), frozenset({ADA})))},
            RESTART, {BOB}, 1, id="though a later one fits better",
        ),
        pytest.param(
            {"rules": (Rule(of("catalog"), frozenset({ADA})), Rule(of("payments"), frozenset({CEM})))},
            RESTART, {CEM}, 1, id="those that do not fit are passed over",
        ),
        pytest.param(
            {"rules": (Rule(Scope(environments=frozenset({"production"})), frozenset({ADA, BOB}), 2),)},
            RESTART, {ADA, BOB}, 2, id="by environment, two people",
        ),
        pytest.param(
            {"rules": (Rule(Scope(environments=frozenset({"staging"})), frozenset({ADA})),)},
            RESTART, ALL, 1, id="another environment",
        ),
        pytest.param(
            {"rules": (Rule(Scope(environments=frozenset({"production"})), frozenset({ADA})),), "environments": {}},
            RESTART, ALL, 1, id="of no environment",
        ),
        pytest.param({"two_people_for": frozenset({"restart"})}, RESTART, ALL, 2, id="two people for the verb"),
        pytest.param({"two_people_for": frozenset({"scale"})}, RESTART, ALL, 1, id="two people for another verb"),
        pytest.param(
            {"two_people_for": frozenset({"restart"}), "rules": (Rule(Scope(), ALL, 1),)},
            RESTART, ALL, 2, id="a rule cannot ask for less",
        ),
        pytest.param(
            {"rules": (Rule(Scope(verbs=frozenset({"scale"})), frozenset({ADA})),)}, RESTART, ALL, 1, id="other verb"
        ),
    ],
)  # fmt: skip
def test_who_may_approve_and_how_many_must(
    over: dict[str, Any], action: Action, approvers: frozenset[str], needed: int
) -> None:
    assert replace(BASE, **over).terms(action) == Terms(frozenset(approvers), needed, Limits())


def test_limits_are_the_services_or_the_default() -> None:
    policy = replace(BASE, limits={"payments": Limits(max_replicas=3)})
    assert policy.terms(RESTART).limits == policy.limits_of("payments") == Limits(max_replicas=3)
    assert policy.limits_of("catalog") == Limits()


def test_everyone_is_whoever_may_approve_anything() -> None:
    assert BASE.everyone == ALL
    rules = (Rule(of("payments"), frozenset({"web:dba"})), Rule(Scope(), frozenset({ADA, "slack:U9"})))
    assert replace(BASE, rules=rules).everyone == ALL | {"web:dba", "slack:U9"}


def test_the_calendar_knows_the_services_environment() -> None:
    freeze = Entry(Span("always"), Scope(environments=frozenset({"production"})))
    policy = replace(BASE, calendar=Calendar(freezes=[freeze]))
    assert policy.closed(RESTART, T) == "payments is frozen (always)"
    assert policy.closed(plan("restart", "catalog").action, T) == ""
    assert policy.closed(plan("restart", "unknown").action, T) == ""


PLAN = plan()
TARGET = PLAN.action.target


@pytest.mark.parametrize(
    "plan_",
    [
        replace(PLAN, version="8"),
        replace(PLAN, changes=(Change("revision", "v3", "v1"),)),
        replace(PLAN, inverse=Action("rollback", TARGET, revision="v2")),
        replace(PLAN, action=replace(PLAN.action, revision="v0")),
        replace(PLAN, action=replace(PLAN.action, target=Target("process", "catalog", TARGET.options))),
        replace(PLAN, action=replace(PLAN.action, target=replace(TARGET, options={"directory": "/srv/other"}))),
        replace(PLAN, action=replace(PLAN.action, target=replace(TARGET, kind="docker"))),
    ],
    ids=["version", "changes", "way back", "revision", "service", "options", "kind"],
)
def test_another_plan_breaks_the_seal(plan_: Any) -> None:
    assert BASE.seal(plan_) != BASE.seal(PLAN)


@pytest.mark.parametrize(
    "over",
    [
        {"approvers": ALL - {CEM}},
        {"approvers": ALL | {"web:owner"}},
        {"two_people_for": frozenset({"rollback"})},
        {"rules": (Rule(Scope(), frozenset({ADA})),)},
        {"rules": (Rule(Scope(), ALL, 2),)},
        {"limits": {"payments": Limits(max_replicas=11)}},
        {"limits": {"payments": Limits(cooldown=601)}},
        {"limits": {"payments": Limits(max_per_hour=5)}},
        {"limits": {"payments": Limits(min_healthy=1)}},
        {"limits": {"payments": Limits(min_replicas=2)}},
    ],
    ids=lambda over: "-".join(f"{name}" for name in over),
)
def test_other_terms_break_the_seal(over: dict[str, Any]) -> None:
    assert replace(BASE, **over).seal(PLAN) != BASE.seal(PLAN)


@pytest.mark.parametrize(
    "over",
    [
        {"approvers": frozenset(sorted(ALL, reverse=True))},
        {"rules": (Rule(Scope(), frozenset([CEM, BOB, ADA])),)},
        {"rules": (Rule(of("catalog"), frozenset({ADA}), 2),)},
        {"two_people_for": frozenset({"scale"})},
        {"limits": {"payments": Limits(), "catalog": Limits(max_replicas=2)}},
        {"environments": {}},
        {"expires_after": 60.0},
        {"people": {ADA: "ada"}},
        {"max_per_hour": 1},
        {"standing_until": time(9)},
        {"calendar": Calendar(freezes=[Entry(Span("always"))])},
    ],
    ids=[
        "order of approvers", "a rule that says the same", "another's rule", "another verb's two people",
        "another's limits", "environments", "expiry", "people", "pace of all", "standing", "calendar",
    ],
)  # fmt: skip
def test_what_says_the_same_of_this_action_keeps_the_seal(over: dict[str, Any]) -> None:
    """What the gate looks at by itself at the click and before the run is not part of it."""
    assert replace(BASE, **over).seal(PLAN) == BASE.seal(PLAN)


def test_a_seal_is_the_same_in_every_process_and_whatever_the_order_of_options() -> None:
    one = replace(PLAN, action=replace(PLAN.action, target=replace(TARGET, options={"a": "1", "b": "2"})))
    two = replace(PLAN, action=replace(PLAN.action, target=replace(TARGET, options={"b": "2", "a": "1"})))
    assert BASE.seal(one) == BASE.seal(two)
    # Buttons outlive the process that made them, so this value may change only on purpose.
    assert BASE.seal(PLAN) == "c2f7994ba2cbaf6668b397e7d00a260b35509f08cdd10b49fb1cfd7f20e90972"
    assert len(BASE.seal(PLAN)) == 64
