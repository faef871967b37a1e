"""Which series an incident's picture shows, over which time, with which marks and words."""

import math
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.charts import BUCKETS, Chart, Point
from bot.domain.dossier import Dossier
from bot.domain.evidence import Evidence
from bot.domain.execution import Execution
from bot.domain.picture import MOST_ALT, MOST_MARKS, Picture, picture
from bot.domain.signals import Signal
from tests import builders as make
from tests.builders import T

BERLIN = ZoneInfo("Europe/Berlin")
ERRORS, LATENCY = make.signal(), make.signal(query="http_latency_p95", title="latency", unit="seconds", score=0.99)


def course(from_: float, until: float, every: float = 15.0) -> list[Point]:
    return make.points([0.1] * int((until - from_) / every), from_, every)


def drawn(dossier: Dossier, *charts: Chart) -> Picture:
    found = picture(dossier, charts, BERLIN)
    assert found is not None
    return found


def story(*executions: Execution, evidence: Sequence[Evidence] = (), **over: object) -> Dossier:
    return make.dossier(make.incident(evidence=tuple(evidence), **over), executions=executions)


def test_the_strongest_signal_that_fires_leads() -> None:
    charts = [make.chart(ERRORS), make.chart(LATENCY)]
    assert drawn(make.dossier(make.incident(ERRORS, LATENCY)), *charts).title == "payments: latency"
    calm = replace(LATENCY, firing=False)
    assert drawn(make.dossier(make.incident(ERRORS, calm)), *charts).title == "payments: errors"


def test_after_the_end_the_one_that_led_still_does() -> None:
    both = [replace(one, firing=False) for one in (ERRORS, LATENCY)]
    charts = [make.chart(ERRORS), make.chart(LATENCY)]
    assert drawn(make.dossier(make.incident(*both)), *charts).title == "payments: latency"


def test_a_signal_without_a_course_gives_way_to_one_that_has_one() -> None:
    log, empty = make.log_signal(score=1.0), make.chart(LATENCY, make.points([None, None]))
    found = drawn(make.dossier(make.incident(log, LATENCY, ERRORS)), empty, make.chart(ERRORS))
    assert found.title == "payments: errors"


@pytest.mark.parametrize("values", [[], [None], [math.nan, math.inf, -math.inf, 1e300]])
def test_nothing_seen_nothing_drawn(values: list[float | None]) -> None:
    assert picture(make.dossier(), [make.chart(ERRORS, make.points(values, T))], BERLIN) is None
    assert picture(make.dossier(), [], BERLIN) is None
    assert picture(make.dossier(make.incident(make.log_signal())), [make.chart(ERRORS)], BERLIN) is None


def test_what_cannot_be_drawn_is_a_hole() -> None:
    points = [Point(T + at, value, 0.0, -math.inf, math.nan) for at, value in enumerate((0.1, math.nan, math.inf, 0.2))]
    found = drawn(make.dossier(), make.chart(ERRORS, points))
    assert [point.value for point in found.points] == [0.1, None, None, 0.2]
    assert {(point.expected, point.low, point.high) for point in found.points} == {(0.0, None, None)}


def test_the_title_tells_a_series_from_its_like() -> None:
    names = [f'shop/disk{{mountpoint="{at}",service="search"}}' for at in ("/", "/var")]
    disks = [make.signal("search", "disk", key=name, series=name, title="disk in use") for name in names]
    found = drawn(make.dossier(make.incident(disks[1])), *(make.chart(one) for one in disks))
    assert found.title == "search: disk in use, mountpoint /var"


@pytest.mark.parametrize(
    ("dossier", "points", "span"),
    [
        pytest.param(story(), course(T - 9000, T + 60), (-600, 45), id="new: ten minutes before"),
        pytest.param(story(), course(T - 120, T + 60), (-120, 45), id="no more than is known"),
        pytest.param(story(), course(T - 9000, T + 7200), (-2395, 7185), id="long: a third of it before"),
        pytest.param(
            story(evidence=[make.evidence(at=T - 1500)]), course(T - 9000, T + 60), (-1560, 45), id="the deployment"
        ),
        pytest.param(
            story(state="resolved", resolved_at=T + 600), course(T - 9000, T + 7200), (-600, 900), id="after the end"
        ),
        pytest.param(
            story(state="resolved", resolved_at=T + 3600), course(T - 9000, T + 7200), (-1200, 4500), id="a quarter"
        ),
        pytest.param(
            story(state="resolved", resolved_at=T + 100), course(T - 600, T + 75), (-600, 100), id="the last mark"
        ),
        pytest.param(
            story(state="resolved", resolved_at=T + 900), course(T - 600, T + 75), (-600, 60), id="not much later"
        ),
        pytest.param(story(), course(T + 1000, T + 1015), (1000, 1060), id="one point"),
    ],
)
def test_the_time_that_matters(dossier: Dossier, points: list[Point], span: tuple[float, float]) -> None:
    found = drawn(dossier, make.chart(ERRORS, points))
    assert (found.from_ - T, found.until - T) == span
    times = [*(point.at for point in found.points), *(mark.at for mark in found.marks)]
    assert all(found.from_ <= at <= found.until for at in times)


def test_a_long_course_is_thinned() -> None:
    assert len(drawn(make.dossier(), make.chart(ERRORS, course(T - 600, T + 9000, 1.0))).points) <= 2 * BUCKETS


def test_a_hole_is_seen_and_a_slower_pace_is_none() -> None:
    points = [*course(T - 600, T), *course(T + 600, T + 2000), *course(T + 2000, T + 16_400, 300.0)]
    found = drawn(make.dossier(), make.chart(ERRORS, points))
    assert [point.at - T for point in found.points if point.value is None] == [292.5]


def test_marks_of_one_kind_at_one_moment_are_one() -> None:
    pieces = [make.evidence(f"E{at}", at=T - 60 + at, subject=f"v{at}") for at in range(50)]
    done = [make.execution(started_at=T + 90.0), make.execution("x2", started_at=T + 1500.0)]
    found = drawn(story(*done, evidence=pieces), make.chart(ERRORS, course(T - 600, T + 4200)))
    assert [mark.label for mark in found.marks] == [
        "payments v0 and 49 more", "onset", "roll back payments to v1", "roll back payments to v1",
    ]  # fmt: skip


def test_of_many_marks_the_onset_and_the_latest_are_kept() -> None:
    done = [make.execution(f"x{at}", started_at=T + 300.0 * at) for at in range(1, 20)]
    found = drawn(story(*done), make.chart(ERRORS, course(T - 600, T + 7200)))
    assert len(found.marks) == MOST_MARKS + 1
    assert (found.marks[0].kind, found.marks[-1].at) == ("onset", T + 5700)


@pytest.mark.parametrize(("later", "kinds"), [(5.0, ["recovered"]), (900.0, ["recovered", "resolved"])])
def test_an_end_that_is_the_recovery_is_said_once(later: float, kinds: list[str]) -> None:
    verdict = make.outcome(at=T + 300)
    one = make.incident(evidence=(), state="resolved", resolved_at=T + 300 + later)
    found = drawn(make.dossier(one, outcomes=(verdict,)), make.chart(ERRORS, course(T - 600, T + 7200)))
    assert [mark.kind for mark in found.marks if mark.kind != "onset"] == kinds


@pytest.mark.parametrize(
    ("signal", "value", "reading"),
    [
        (ERRORS, 0.34, "34% at 09:00, worst 41%, normally 0%"),
        (ERRORS, 0.5, "50% at 09:00, normally 0%"),
        (replace(ERRORS, expected=None), 0.34, "34% at 09:00, worst 41%"),
        (replace(ERRORS, expected=0.9, peak=0.1), 0.34, "34% at 09:00, worst 10%, normally 90%"),
        (replace(ERRORS, unit="bool", expected=1.0, peak=0.0), 1.0, "up at 09:00, normally up"),
    ],
)
def test_the_reading_says_now_worst_and_normal(signal: Signal, value: float, reading: str) -> None:
    found = drawn(make.dossier(make.incident(signal)), make.chart(signal, make.points([value], T)))
    assert found.reading == reading


def test_all_of_it_in_words() -> None:
    found = drawn(make.dossier(executions=(make.execution(),)), make.chart(ERRORS, course(T - 600, T + 600)))
    assert found.alt == (
        "payments: errors: 10% at 09:09, worst 41%, normally 0%. 08:59:00 payments v2 was deployed 60 s before the "
        "onset. 09:00:00 onset. 09:01:31 roll back payments to v1"
    )


def test_words_from_outside_are_inert_and_bounded() -> None:
    odd = make.signal("pay\x1b[31m\u202ements", title="errors " * 200)
    found = drawn(make.dossier(make.incident(odd)), make.chart(odd))
    assert "\x1b" not in found.title + found.alt
    assert "\u202e" not in found.title + found.alt
    assert len(found.alt) < MOST_ALT
