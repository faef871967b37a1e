"""Which series is drawn before and after an action, and over which time."""

import pytest

from bot.domain.charts import Chart, Point
from bot.web.pictures import picture
from tests import builders as make
from tests.builders import T

LEAD, OTHER = make.signal(), make.signal(query="http_latency_p95")
OUTCOME = make.outcome(make.measure(), make.measure(series=OTHER.series, title="latency"))
DONE = make.execution()


def charts(*given: Chart) -> dict[str, Chart]:
    return {one.series: one for one in given}


def course(from_: float, until: float) -> list[Point]:
    return make.points([0.1] * int((until - from_) / 5), from_)


def test_the_leading_series_is_drawn_from_before_the_onset_until_after_the_verdict() -> None:
    found = picture(OUTCOME, DONE, T, charts(make.chart(LEAD, course(T - 900, T + 600))))
    assert found is not None
    assert (found.measure.series, found.acted, found.judged) == (LEAD.series, T + 91, T + 154)
    assert found.points[0].at <= T
    assert T + 154 < found.points[-1].at <= found.until < T + 200


def test_an_onset_long_ago_is_left_out() -> None:
    found = picture(OUTCOME, DONE, T - 9_000, charts(make.chart(LEAD, course(T - 9_900, T + 600))))
    assert found is not None
    assert found.points[0].at > T


def test_a_series_that_ended_before_the_action_gives_way_to_one_that_was_seen_after_it() -> None:
    both = charts(make.chart(LEAD, course(T - 900, T + 60)), make.chart(OTHER, course(T - 900, T + 600)))
    found = picture(OUTCOME, DONE, T, both)
    assert found is not None
    assert found.measure.series == OTHER.series


def test_half_a_course_is_better_than_none() -> None:
    found = picture(OUTCOME, DONE, T, charts(make.chart(LEAD, course(T - 900, T + 60))))
    assert found is not None
    assert found.points[-1].at < found.acted


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_seen_nothing_drawn(values: list[float | None]) -> None:
    assert picture(OUTCOME, DONE, T, charts(make.chart(LEAD, make.points(values, T)))) is None
    assert picture(OUTCOME, DONE, T, {}) is None


@pytest.mark.parametrize("started_at", [None, T + 9_000])
def test_the_action_is_never_after_its_verdict(started_at: float | None) -> None:
    done = make.execution(started_at=started_at)
    found = picture(OUTCOME, done, T, charts(make.chart(LEAD, course(T - 900, T + 600))))
    assert found is not None
    assert found.acted == OUTCOME.at - OUTCOME.took
