"""Domain values as what the API answers: nothing lost that people need, nothing told that is not theirs."""

import pytest

from bot.domain.charts import Point
from bot.web import present
from tests import builders as make
from tests.builders import T


def test_a_dossier_is_told_whole() -> None:
    done = make.dossier(
        make.incident(make.signal(), make.log_signal(firing=False)),
        make.approved(make.proposal(), T + 90),
        executions=(make.execution(),),
        outcomes=(make.outcome(), make.outcome(execution_id="x2", result="worse")),
    )
    told = present.detail(done, [make.chart()])
    assert (told.id, told.state, told.severity, told.title) == ("3f2a9c01d4e7", "open", "critical", "payments: errors")
    assert (told.onset.epoch, told.onset.iso.isoformat()) == (T, "2027-01-15T08:00:00+00:00")
    assert told.signals[0].text == "payments: errors 34%, normally 0%"
    assert [one.firing for one in told.signals] == [True, False]
    assert told.proposals[0].action.text == "roll back payments to v1"
    assert told.proposals[0].approvals[0].words == "Ada (Slack)"
    assert [change.after for change in told.proposals[0].changes] == ["v1"]
    assert told.outcome == told.outcomes[-1]
    assert (told.outcomes[0].text, told.outcomes[0].measures[0].before) == ("Recovered", 0.41)
    assert told.charts[0].firing


def test_the_options_of_a_target_stay_at_home() -> None:
    assert "/srv/shop" not in present.detail(make.dossier(), []).model_dump_json()


def test_a_bare_incident_can_be_told_too() -> None:
    told = present.detail(make.dossier(make.incident(diagnosis=None), outcomes=()), [])
    assert (told.cause, told.diagnosis, told.outcome, told.charts) == ("", None, None, ())


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_does_not_know_become_null(value: float) -> None:
    odd = make.incident(make.signal(value=value))
    assert '"value":null' in present.detail(make.dossier(odd), []).model_dump_json()


def test_a_summary_counts_its_own_pending_proposals() -> None:
    offers = [make.proposal("p1"), make.proposal("p2", incident_id="other"), make.proposal("p3", state="expired")]
    assert present.summary(make.incident(), offers).pending == 1


def test_marks_are_what_happened_in_order() -> None:
    one = make.incident(state="resolved", resolved_at=T + 154)
    never_begun = make.execution("x2", started_at=None)
    marks = present.marks(make.dossier(one, executions=(make.execution(), never_begun)))
    assert [(mark.kind, mark.at.epoch - T) for mark in marks] == [
        ("deployment", -60),
        ("onset", 0),
        ("action", 91),
        ("resolved", 154),
    ]
    assert marks[2].text == "roll back payments to v1"


def test_charts_that_signals_are_about_come_first() -> None:
    far = make.chart(make.signal("aaa"))
    near = make.chart(make.signal("payments", "http_request_rate"))
    about = make.chart(make.signal())
    told = present.detail(make.dossier(make.incident(make.signal())), [far, near, about])
    assert [chart.series for chart in told.charts] == [about.series, near.series, far.series]


def test_a_short_course_is_kept_as_it_is() -> None:
    course = make.points([0.1] * 20)
    assert present.thin(course, 10) == course


def test_a_long_course_keeps_its_peak_its_dip_and_its_order() -> None:
    values = make.wave(5000, 10.0)
    values[1234], values[4321] = 99.0, -5.0
    kept = present.thin(make.points(values, normal=10.0))
    assert len(kept) <= 2 * present.BUCKETS
    assert {99.0, -5.0} <= {point.value for point in kept}
    assert [point.at for point in kept] == sorted(point.at for point in kept)


def test_points_are_told_in_six_digits() -> None:
    course = make.points([0.19300000369548798])
    told = present.detail(make.dossier(), [make.chart(course=course)])
    assert told.charts[0].points[0].value == 0.193


def test_a_hole_in_a_long_course_stays_a_hole() -> None:
    course = [Point(float(place), None if place < 500 else 1.0, None, None, None) for place in range(1000)]
    kept = present.thin(course, 10)
    assert [point.value for point in kept[:5]] == [None] * 5
    assert kept[-1].value == 1.0


def test_parts_are_told_by_name() -> None:
    told = present.parts({"store": "", "source logs": "", "slack": "the token is refused"}, {"source logs": "binary"})
    assert [(part.name, part.up, part.trouble, part.note) for part in told] == [
        ("slack", False, "the token is refused", ""),
        ("source logs", True, "", "binary"),
        ("store", True, "", ""),
    ]
