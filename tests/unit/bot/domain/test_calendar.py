from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import DAY, Calendar, Entry, Span
from bot.domain.scope import Scope

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE: dict[str, Any] = {"start": 9 * 60, "end": 17 * 60}
NIGHT: dict[str, Any] = {"start": 22 * 60, "end": 6 * 60}
WEEKEND = frozenset({5, 6})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def at(text: str, zone: Any = UTC, fold: int = 0) -> float:
    return local(text).replace(tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("span", "when", "covers"),
    [
        # 2026-11-20 is a Friday.
        ({}, "2026-11-20T12:00", True),
        (OFFICE, "2026-11-20T08:59:59.999", False),
        (OFFICE, "2026-11-20T09:00", True),
        (OFFICE, "2026-11-20T16:59:59.999", True),
        (OFFICE, "2026-11-20T17:00", False),
        ({"start": 16 * 60, "end": DAY}, "2026-11-20T23:59:59.999", True),
        ({"start": 16 * 60, "end": DAY}, "2026-11-21T00:00", False),
        ({"days": WEEKEND}, "2026-11-20T23:59:59.999", False),
        ({"days": WEEKEND}, "2026-11-21T00:00", True),
        ({"days": WEEKEND}, "2026-11-22T23:59:59.999", True),
        ({"days": WEEKEND}, "2026-11-23T00:00", False),
        (NIGHT, "2026-11-20T21:59:59", False),
        (NIGHT, "2026-11-20T22:00", True),
        (NIGHT, "2026-11-21T00:00", True),
        (NIGHT, "2026-11-21T05:59:59", True),
        (NIGHT, "2026-11-21T06:00", False),
        ({**NIGHT, "days": frozenset({4})}, "2026-11-20T05:00", False),  # that is Thursday's night
        ({**NIGHT, "days": frozenset({4})}, "2026-11-20T22:00", True),
        ({**NIGHT, "days": frozenset({4})}, "2026-11-21T05:59", True),
        ({**NIGHT, "days": frozenset({4})}, "2026-11-21T22:00", False),
        ({**NIGHT, "days": frozenset({6})}, "2026-11-23T05:59", True),  # Sunday's night ends on Monday
        ({"start": 480, "end": 480}, "2026-11-20T03:00", True),  # from eight to eight is all day
        ({"start": 480, "end": 480}, "2026-11-20T08:00", True),
        ({"first": local("2026-12-24")}, "2026-12-23T23:59:59.999", False),
        ({"first": local("2026-12-24")}, "2026-12-24T00:00", True),
        ({"last": local("2026-12-27T08:00")}, "2026-12-27T07:59:59.999", True),
        ({"last": local("2026-12-27T08:00")}, "2026-12-27T08:00", False),
        ({"first": local("2026-12-24"), "last": local("2026-12-27"), **OFFICE}, "2026-12-25T08:00", False),
        ({"first": local("2026-12-24"), "last": local("2026-12-27"), **OFFICE}, "2026-12-25T09:00", True),
        ({"first": local("2026-11-21"), **NIGHT}, "2026-11-20T23:59", False),  # the bounds cut a night
        ({"first": local("2026-11-21"), **NIGHT}, "2026-11-21T00:00", True),
        ({"first": local("2028-02-29"), "last": local("2028-03-01")}, "2028-02-28T23:59:59", False),
        ({"first": local("2028-02-29"), "last": local("2028-03-01")}, "2028-02-29T12:00", True),
        ({"first": local("2028-02-29"), "last": local("2028-03-01")}, "2028-03-01T00:00", False),
        ({"days": frozenset({1})}, "2028-02-29T12:00", True),  # a Tuesday
    ],
)
def test_a_span_covers_a_local_time(span: dict[str, Any], when: str, covers: bool) -> None:
    assert Span("then", **span).covers(local(when)) is covers


def frozen(span: Span, now: float, zone: Any = BERLIN) -> bool:
    return bool(Calendar(zone, freezes=[Entry(span)]).closed("payments", "", "restart", now))


@pytest.mark.parametrize(
    ("when", "zone", "covers"),
    [
        ("2026-11-20T21:30", UTC, True),  # 22:30 in Berlin
        ("2026-11-20T20:30", UTC, False),
        ("2026-07-20T20:30", UTC, True),  # in summer the same hour comes earlier
        ("2026-07-20T03:59", UTC, True),
        ("2026-07-20T04:00", UTC, False),
    ],
)
def test_the_time_is_that_of_the_configs_zone(when: str, zone: Any, covers: bool) -> None:
    assert frozen(Span("at night", **NIGHT), at(when, zone)) is covers


def hours(span: Span, day: str) -> float:
    """How many hours of a day in Berlin a span covers, asked each five minutes."""
    start = at(f"{day}T00:00", BERLIN)
    end = at(f"{day}T12:00", BERLIN) + 12 * 3600
    return sum(frozen(span, start + 300 * place) for place in range(round((end - start) / 300))) / 12


@pytest.mark.parametrize(
    ("day", "whole", "early", "skipped"),
    [("2026-03-28", 24, 6, 1), ("2026-03-29", 23, 5, 0), ("2026-10-25", 25, 7, 2), ("2026-10-26", 24, 6, 1)],
    ids=["the day before", "spring forward", "fall back", "the day after"],
)
def test_days_on_which_the_clocks_change(day: str, whole: int, early: int, skipped: int) -> None:
    weekday = frozenset({local(day).weekday()})
    assert hours(Span("that day", days=weekday), day) == whole
    assert hours(Span("early", start=0, end=6 * 60), day) == early
    assert hours(Span("two to three", start=2 * 60, end=3 * 60), day) == skipped


def test_an_hour_that_comes_twice_is_covered_twice() -> None:
    span = Span("half past two", start=2 * 60 + 30, end=2 * 60 + 31)
    for fold in (0, 1):
        assert frozen(span, at("2026-10-25T02:30", BERLIN, fold))


FRIDAY = at("2026-11-20T12:00")
ALWAYS, NEVER = Span("always"), Span("never", last=local("2000-01-01"))
PAYMENTS = Scope(services=frozenset({"payments"}))


@pytest.mark.parametrize(
    ("freezes", "windows", "why"),
    [
        pytest.param([], [], "", id="nothing is said"),
        pytest.param([Entry(NEVER)], [], "", id="another time's freeze"),
        pytest.param([Entry(ALWAYS)], [], "payments is frozen (always)", id="a freeze"),
        pytest.param(
            [Entry(ALWAYS, reason="the year's end")], [], "payments is frozen (always): the year's end", id="with why"
        ),
        pytest.param([Entry(ALWAYS, Scope(frozenset({"catalog"})))], [], "", id="another service's freeze"),
        pytest.param([Entry(ALWAYS, Scope(verbs=frozenset({"scale"})))], [], "", id="another verb's freeze"),
        pytest.param([Entry(ALWAYS, Scope(environments=frozenset({"prod"})))], [], "payments is frozen", id="prod"),
        pytest.param(
            [Entry(NEVER), Entry(ALWAYS, PAYMENTS)], [], "payments is frozen (always)", id="any freeze will do"
        ),
        pytest.param([], [Entry(ALWAYS)], "", id="within the window"),
        pytest.param([], [Entry(NEVER)], "payments may be acted on only within never", id="outside of the only window"),
        pytest.param([], [Entry(NEVER), Entry(ALWAYS, PAYMENTS)], "", id="one of two windows"),
        pytest.param(
            [], [Entry(NEVER), Entry(NEVER, PAYMENTS)], "only within never or never", id="outside of both windows"
        ),
        pytest.param([], [Entry(NEVER, Scope(frozenset({"catalog"})))], "", id="another service's window binds it"),
        pytest.param([Entry(ALWAYS)], [Entry(ALWAYS)], "payments is frozen", id="a freeze goes before a window"),
    ],
)
def test_freezes_and_windows(freezes: list[Entry], windows: list[Entry], why: str) -> None:
    found = Calendar(UTC, freezes, windows).closed("payments", "prod", "restart", FRIDAY)
    assert (why in found) if why else found == ""
