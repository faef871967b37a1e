from datetime import datetime, time
from typing import Any

import pytest

from bot.config.document import parse
from bot.config.load import check
from bot.config.model import Settings
from bot.domain.errors import ConfigError

LEAST = "sources:\n  - {name: prom, kind: prometheus}\n"


def read(more: str) -> Settings:
    return check(parse(LEAST + more, "steward.yaml", {})).settings


def test_the_defaults_are_those_that_are_documented() -> None:
    found = read("")
    assert (found.approvals.groups, found.approvals.rules, found.approvals.standing_until) == ({}, (), time(8))
    assert (found.actions.max_per_hour, found.actions.freezes, found.actions.windows) == (20, (), ())


def test_the_whole_of_it() -> None:
    found = read("""
approvals:
  groups: {dba: {slack: [U1], telegram: [1001]}}
  standing_until: "06:30"
  rules:
    - {services: [ledger], environments: [production], actions: [rollback], groups: [dba], people: 2}
    - {approvers: {slack: [U2]}}
actions:
  max_per_hour: 3
  freezes:
    - {from: 2026-12-24, until: 2026-12-27 08:30, reason: holidays}
    - {from: 2026-12-31T18:00:00, days: [thu, fri], hours: "22:00-06:00", services: [ledger]}
  windows:
    - {hours: "00:00-24:00", actions: [restart]}
""")
    rule, rest = found.approvals.rules
    assert rule.services | rule.environments | rule.actions == {"ledger", "production", "rollback"}
    assert (rule.groups, rule.people, rule.approvers.web) == (("dba",), 2, ())
    assert (rest.services, rest.approvers.slack, rest.people) == (frozenset(), ("U2",), 1)
    assert (found.approvals.standing_until, found.actions.max_per_hour) == (time(6, 30), 3)
    holidays, night = found.actions.freezes
    assert (holidays.first, holidays.until) == (datetime(2026, 12, 24), datetime(2026, 12, 27, 8, 30))  # noqa: DTZ001  # local
    assert (night.first, night.days, night.hours) == (datetime(2026, 12, 31, 18), ("thu", "fri"), "22:00-06:00")  # noqa: DTZ001  # local
    assert found.actions.windows[0].hours == "00:00-24:00"


@pytest.mark.parametrize("text", ["null", "~"])
def test_standing_approvals_can_be_switched_off(text: str) -> None:
    assert read(f"approvals: {{standing_until: {text}}}").approvals.standing_until is None


HOURS = 'write hours in quotes, as "08:00-18:00"'
CLOCK = 'write a time of day in quotes, as "08:00"'
ZONE = "give the local time of digest.timezone, without a zone"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("hours: 8:30-18:00", f"hours: {HOURS} (found '8:30-18:00')"),
        ("hours: 18:30", f"hours: {HOURS} (found '1110')"),
        ("hours: 8.5", f"hours: {HOURS} (found '8.5')"),
        ('hours: "24:00-06:00"', f"hours: {HOURS} (found '24:00-06:00')"),
        ('hours: "22:00-24:30"', f"hours: {HOURS} (found '22:00-24:30')"),
        ('hours: "22:00-06:00\\n"', f"hours: {HOURS} (found '22:00-06:00\\n')"),
        ('hours: "٠٨:00-18:00"', f"hours: {HOURS}"),
        ("hours: [8, 9]", f"hours: {HOURS}"),
        ("days: [sun, mun]", "days[1]: input should be 'mon', 'tue'"),
        ("days: sat", "days: must be a list (found 'sat')"),
        ("from: 2026-12-24T08:00:00Z", f"from: {ZONE}"),
        ("from: 2026-12-24T08:00:00+01:00", f"from: {ZONE}"),
        ('from: "2026-12-24T08:00:00Z"', f"from: {ZONE} (found '2026-12-24T08:00:00Z')"),
        ('{from: "2026-12-24T08:00Z", until: 2026-12-27}', f"from: {ZONE} (found '2026-12-24T08:00Z')"),
        ("until: 1800000000", f"until: {ZONE} (found '1800000000')"),
        ("until: tomorrow", "until: input should be a valid datetime"),
        ("{from: 2026-12-27, until: 2026-12-24}", ": until must be later than from"),
        ("{from: 2026-12-27, until: 2026-12-27}", ": until must be later than from"),
        ("services: [pay]", ": say when: from and until, or days, or hours"),
        ("{}", ": say when: from and until, or days, or hours"),
        ("reason: holidays", ": say when: from and until, or days, or hours"),
        ("first: 2026-12-24", "first: unknown key 'first'; known are actions, days, environments, from, hours"),
        ("{days: [sat], action: [restart]}", "action: unknown key 'action'; did you mean 'actions'?"),
        ("{days: [sat], actions: [restrat]}", "actions[0]: input should be 'restart'"),
        ("{days: [sat], reason: 5}", "reason: must be text; put it in quotes (found '5')"),
    ],
)
def test_a_span_that_cannot_be_meant_is_one_line_with_its_place(given: str, words: str) -> None:
    inner = given if given.startswith("{") else f"{{{given}}}"
    with pytest.raises(ConfigError) as caught:
        read(f"actions:\n  freezes:\n    - {inner}\n")
    told = str(caught.value)
    place = "steward.yaml line 5, actions.freezes[0]"
    assert told.startswith(place)
    assert told.removeprefix(place).lstrip(".").startswith(words)
    assert "\n" not in told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("standing_until: 8:00", f"standing_until: {CLOCK} (found '480')"),
        ("standing_until: 8.5", f"standing_until: {CLOCK} (found '8.5')"),
        ('standing_until: "8:00"', f"standing_until: {CLOCK}"),
        ('standing_until: "24:00"', f"standing_until: {CLOCK} (found '24:00')"),
        ('standing_until: "08:00Z"', f"standing_until: {CLOCK} (found '08:00Z')"),
        ("standing_until: morning", f"standing_until: {CLOCK} (found 'morning')"),
        ("rules: [{people: 3}]", "rules[0].people: input should be less than or equal to 2 (found '3')"),
        ("rules: [{people: 0}]", "rules[0].people: input should be greater than or equal to 1 (found '0')"),
        ("rules: [{grups: [dba]}]", "rules[0].grups: unknown key 'grups'; did you mean 'groups'?"),
        ("rules: [{approvers: {slak: [U1]}}]", "rules[0].approvers.slak: unknown key 'slak'; did you mean 'slack'?"),
        ("groups: {dba: {telegram: [Ada]}}", "groups.dba.telegram[0]: input should be a valid integer"),
        ("groups: {dba: [U1]}", "groups.dba: must be a mapping"),
        ("two_people_for: restart", "two_people_for: must be a list (found 'restart')"),
    ],
)
def test_an_approval_that_cannot_be_meant_is_one_line_with_its_place(given: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"approvals:\n  {given}\n")
    assert str(caught.value).startswith(f"steward.yaml line 4, approvals.{words}")


@pytest.mark.parametrize("given", [{"max_per_hour": 0}, {"max_per_hour": -1}])
def test_a_pace_of_nothing_is_no_pace(given: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"actions\.max_per_hour: input should be greater than or equal to 1"):
        read(f"actions: {given}")
