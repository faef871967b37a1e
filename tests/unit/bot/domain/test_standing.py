from dataclasses import replace
from datetime import UTC, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.guard import Limits
from bot.domain.policy import Policy, Rule
from bot.domain.scope import Scope
from bot.domain.standing import Standing, allowed, covers, ends
from tests.builders import ADA, POLICY, T, plan, proposal

BERLIN = ZoneInfo("Europe/Berlin")
EIGHT = time(8)


def at(text: str, zone: tzinfo = BERLIN, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("now", "hour", "end"),
    [
        ("2026-11-20T22:15", EIGHT, "2026-11-21T08:00"),
        ("2026-11-20T03:00", EIGHT, "2026-11-20T08:00"),
        ("2026-11-20T07:00", EIGHT, "2026-11-20T08:00"),  # exactly the hour that is the least
        ("2026-11-20T07:00:00.001", EIGHT, "2026-11-21T08:00"),
        ("2026-11-20T07:59", EIGHT, "2026-11-21T08:00"),
        ("2026-11-20T08:00", EIGHT, "2026-11-21T08:00"),
        ("2026-11-20T23:30", time(0), "2026-11-22T00:00"),
        ("2026-11-20T22:30", time(0), "2026-11-21T00:00"),
        ("2028-02-28T22:00", EIGHT, "2028-02-29T08:00"),
        ("2026-12-31T22:00", EIGHT, "2027-01-01T08:00"),
        # The night in which the clocks go forward is an hour shorter, the other an hour longer.
        ("2026-03-28T22:00", EIGHT, "2026-03-29T08:00"),
        ("2026-10-24T22:00", EIGHT, "2026-10-25T08:00"),
        ("2026-03-29T01:30", time(3), "2026-03-30T03:00"),  # half an hour later the clocks show 03:00
        ("2026-10-25T01:30", time(3), "2026-10-25T03:00"),  # that is two and a half hours away
        ("2026-10-25T00:30", time(2, 30), "2026-10-25T02:30"),  # the first of the two
    ],
)
def test_it_ends_at_the_next_such_time_that_is_an_hour_away(now: str, hour: time, end: str) -> None:
    assert ends(at(now), hour, BERLIN) == at(end)


@pytest.mark.parametrize(("fold", "end"), [(0, "2026-10-26T02:30"), (1, "2026-10-26T02:30")])
def test_an_hour_that_comes_twice_is_meant_the_first_time(fold: int, end: str) -> None:
    assert ends(at("2026-10-25T02:15", fold=fold), time(2, 30), BERLIN) == at(end)


def test_a_time_that_the_clocks_skip_comes_all_the_same() -> None:
    end = ends(at("2026-03-28T22:00"), time(2, 30), BERLIN)
    assert end == at("2026-03-29T03:30")


def test_each_zone_has_its_own_morning_and_none_means_never() -> None:
    assert ends(at("2026-11-20T22:00", UTC), EIGHT, UTC) == at("2026-11-21T08:00", UTC)
    assert ends(T, None, BERLIN) is None


ONE = proposal()
GIVEN = Standing("s1", "rollback", ONE.plan.action.target, ADA.identity, ADA.words, T, T + 3600)
RESTART = plan("restart")


@pytest.mark.parametrize(
    ("one", "policy", "may"),
    [
        pytest.param({}, {}, True, id="low risk, one person"),
        pytest.param({"risk": "medium"}, {}, True, id="medium risk"),
        pytest.param({"risk": "high"}, {}, False, id="high risk"),
        pytest.param({"undoes": "x1"}, {}, False, id="the way back"),
        pytest.param({}, {"two_people_for": frozenset({"rollback"})}, False, id="two people for the verb"),
        pytest.param({}, {"two_people_for": frozenset({"restart"})}, True, id="two people for another verb"),
        pytest.param({}, {"rules": (Rule(Scope(), POLICY.approvers, 2),)}, False, id="two people by a rule"),
        pytest.param({}, {"standing_until": None}, False, id="none by the config"),
    ],
)
def test_what_may_be_approved_in_advance(one: dict[str, Any], policy: dict[str, Any], may: bool) -> None:
    offered, rules = replace(ONE, **one), replace(POLICY, **policy)
    assert allowed(offered, rules) is may
    assert covers(GIVEN, offered, rules, T) is may


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        pytest.param({}, True, id="the same"),
        pytest.param({"verb": "restart"}, False, id="another verb"),
        pytest.param({"target": replace(GIVEN.target, service="catalog")}, False, id="another service"),
        pytest.param({"target": replace(GIVEN.target, kind="docker")}, False, id="another kind of target"),
        pytest.param({"target": replace(GIVEN.target, options={"directory": "/srv/b"})}, False, id="another target"),
        pytest.param({"ended": "revoked by Bob (Slack)"}, False, id="revoked"),
        pytest.param({"until": T + 0.001}, True, id="a millisecond before its end"),
        pytest.param({"until": T}, False, id="at its end"),
        pytest.param({"until": T - 0.001}, False, id="a millisecond after its end"),
        pytest.param({"used": 99}, True, id="used often"),
        pytest.param({"identity": "slack:U999"}, False, id="by somebody who may not"),
    ],
)
def test_what_it_covers(given: dict[str, Any], holds: bool) -> None:
    assert covers(replace(GIVEN, **given), ONE, POLICY, T) is holds


@pytest.mark.parametrize(
    ("policy", "holds"),
    [
        pytest.param(replace(POLICY, approvers=POLICY.approvers - {ADA.identity}), False, id="the giver was removed"),
        pytest.param(
            replace(POLICY, rules=(Rule(Scope(frozenset({"payments"})), frozenset({"web:owner"})),)),
            False, id="a rule gives it to others",
        ),
        pytest.param(
            replace(POLICY, rules=(Rule(Scope(frozenset({"payments"})), frozenset({ADA.identity})),)),
            True, id="a rule names the giver",
        ),
        pytest.param(replace(POLICY, limits={"payments": Limits(max_replicas=3)}), True, id="other bounds"),
    ],
)  # fmt: skip
def test_the_policy_of_now_decides(policy: Policy, holds: bool) -> None:
    assert covers(GIVEN, ONE, policy, T) is holds


def test_every_revision_of_its_target_is_covered() -> None:
    other = replace(ONE.plan, action=replace(ONE.plan.action, revision="v0"), version="9")
    assert covers(GIVEN, proposal(plan_=other), POLICY, T)
    assert not covers(GIVEN, proposal(plan_=RESTART), POLICY, T)
