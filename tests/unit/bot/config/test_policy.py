from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from actions.guard import Limits
from bot.config.document import parse
from bot.config.load import check
from bot.config.permission import ApproverSettings
from bot.config.policy import identities, policy
from bot.domain.calendar import DAY
from bot.domain.errors import ConfigError
from bot.domain.policy import Policy, Rule
from bot.domain.scope import Scope
from tests.builders import plan

ALONE = (
    "line 7, approvals: two people must approve to restart payments, and no two of its approvers are surely "
    "two people: name two of one surface, or whose accounts are whose under approvals.people"
)
ADA = "approvers: {slack: [U1]}"
BASE = """sources:
  - {name: prom, kind: prometheus}
services:
  payments: {environment: production, limits: {max_replicas: 3, cooldown: 5m, min_healthy: 1}}
  catalog: {environment: staging}
  ledger: {}
"""


def read(more: str = "") -> Policy:
    return policy(check(parse(BASE + more, "steward.yaml", {})))


def test_without_a_word_about_it_the_owner_alone_may_approve() -> None:
    found = read()
    assert found.approvers == {"web:owner"}
    assert (found.rules, found.two_people_for) == ((), frozenset())
    assert (found.max_per_hour, found.standing_until, found.expires_after) == (20, time(8), 1800.0)
    assert found.environments == {"payments": "production", "catalog": "staging", "ledger": ""}
    assert found.limits["payments"] == Limits(max_replicas=3, cooldown=300.0, min_healthy=1)
    assert found.limits["ledger"] == Limits()


def test_rules_name_people_by_account_and_by_group() -> None:
    found = read("""
approvals:
  approvers: {slack: [U1, U7], telegram: [1001]}
  two_people_for: [scale]
  expires_after: 10m
  standing_until: null
  people: {ada: {slack: U1, telegram: 1001}}
  groups:
    dba: {slack: [U2, U3]}
    lead: {web: [ada]}
  rules:
    - {services: [payments], actions: [rollback], groups: [dba, lead], people: 2}
    - {environments: [staging], approvers: {slack: [U8, U9]}, groups: [lead]}
""")
    assert found.approvers == {"slack:U1", "slack:U7", "telegram:1001", "web:owner"}
    dba = {"slack:U2", "slack:U3"}
    assert found.rules == (
        Rule(Scope(frozenset({"payments"}), verbs=frozenset({"rollback"})), frozenset({*dba, "web:ada"}), 2),
        Rule(Scope(environments=frozenset({"staging"})), frozenset({"slack:U8", "slack:U9", "web:ada"}), 1),
    )
    assert found.people == {"slack:U1": "ada", "telegram:1001": "ada"}
    assert found.two_people_for == {"scale"}
    assert (found.expires_after, found.standing_until) == (600.0, None)
    assert found.terms(plan("restart", "catalog").action).approvers == {"slack:U8", "slack:U9", "web:ada"}
    assert found.terms(plan("restart", "ledger").action).approvers == found.approvers


def test_accounts_become_identities() -> None:
    who = ApproverSettings(slack=("U1",), telegram=(1001, -5), web=("owner",))
    assert identities(who) == {"slack:U1", "telegram:1001", "telegram:-5", "web:owner"}
    assert identities(ApproverSettings()) == frozenset()


def test_freezes_and_windows_are_those_of_the_digests_zone() -> None:
    found = read("""
digest: {timezone: Europe/Berlin}
actions:
  max_per_hour: 5
  freezes:
    - {from: 2026-12-24, until: 2026-12-27 08:30, reason: holidays}
    - {days: [fri, sun], hours: "16:00-24:00", environments: [production], actions: [scale]}
  windows:
    - {services: [ledger], hours: "22:00-06:00"}
""")
    assert (found.max_per_hour, found.calendar.zone) == (5, ZoneInfo("Europe/Berlin"))
    holidays, evening = found.calendar.freezes
    assert holidays.span.words == "from 2026-12-24 00:00 until 2026-12-27 08:30"
    assert (holidays.reason, holidays.scope, holidays.span.start, holidays.span.end) == ("holidays", Scope(), 0, DAY)
    assert evening.span.words == "fri, sun 16:00-24:00"
    assert evening.span.days == {4, 6}
    assert (evening.span.start, evening.span.end) == (16 * 60, DAY)
    assert evening.scope == Scope(environments=frozenset({"production"}), verbs=frozenset({"scale"}))
    (night,) = found.calendar.windows
    assert (night.span.start, night.span.end, night.span.words) == (22 * 60, 6 * 60, "22:00-06:00")
    until = datetime(2026, 12, 27, 7, 30, tzinfo=UTC).timestamp()
    restart = plan("restart").action
    assert found.closed(restart, until - 0.001).endswith("(from 2026-12-24 00:00 until 2026-12-27 08:30): holidays")
    assert found.closed(restart, until) == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            "approvals:\n  rules:\n    - {services: [paymnets], groups: []}",
            "line 9, approvals.rules[0]: names nobody who may approve: give approvers or groups",
        ),
        (
            "approvals:\n  rules:\n    - services: [ledger, paymnets]\n      approvers: {slack: [U1]}",
            "line 9, approvals.rules[0].services: there is no 'paymnets' in the config; did you mean 'payments'?",
        ),
        (
            f"approvals:\n  rules:\n    - {{{ADA}}}\n    - environments: [stagin]\n      {ADA}",
            "line 10, approvals.rules[1].environments: there is no 'stagin' in the config; did you mean 'staging'?",
        ),
        (
            "approvals:\n  rules:\n    - {environments: [qa], approvers: {slack: [U1]}}",
            "line 9, approvals.rules[0].environments: there is no 'qa' in the config; known are production, staging",
        ),
        (
            "approvals:\n  groups: {dba: {slack: [U1]}}\n  rules:\n    - {groups: [dbas]}",
            "line 10, approvals.rules[0].groups: there is no 'dbas' in the config; did you mean 'dba'?",
        ),
        (
            "approvals:\n  rules:\n    - {groups: [dba]}",
            "line 9, approvals.rules[0].groups: there is no 'dba' in the config",
        ),
        (
            "approvals:\n  rules:\n    - {approvers: {slack: [U1, U1]}, people: 2}",
            ALONE,
        ),
        (
            f"approvals:\n  groups: {{dba: {{slack: [U1]}}}}\n  rules:\n    - {{{ADA}, groups: [dba], people: 2}}",
            ALONE,
        ),
        (
            "actions:\n  freezes:\n    - {days: [sat], services: [catalogue]}",
            "line 9, actions.freezes[0].services: there is no 'catalogue' in the config; did you mean 'catalog'?",
        ),
        (
            "actions:\n  windows:\n    - {days: [sat]}\n    - {days: [sun], environments: [stagin]}",
            "line 10, actions.windows[1].environments: there is no 'stagin' in the config; did you mean 'staging'?",
        ),
    ],
)
def test_a_name_that_nothing_bears_is_one_line_with_its_place_and_the_nearest_one(more: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(more)
    assert str(caught.value) == f"steward.yaml {words}"


@pytest.mark.parametrize(
    ("approvers", "people"),
    [
        ("{web: [owner]}", "{}"),
        ("{slack: [U1], web: []}", "{}"),
        ("{slack: [U1], web: [ada]}", "{ada: {slack: U1, web: ada}}"),
    ],
)
def test_two_people_who_must_approve_have_to_be_two(approvers: str, people: str) -> None:
    with pytest.raises(
        ConfigError, match="two people must approve to rollback payments, and no two of its approvers are surely two"
    ):
        read(f"approvals:\n  approvers: {approvers}\n  people: {people}\n  two_people_for: [rollback]\n")
