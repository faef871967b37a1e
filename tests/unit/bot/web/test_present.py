"""Domain values as what the API answers: nothing lost that people need, nothing told that is not theirs."""

import pytest

from bot.domain.timeline import EventKind
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


def test_series_of_one_title_are_told_apart_everywhere() -> None:
    names = [f'shop/disk{{mountpoint="{at}",service="search"}}' for at in ("/", "/var")]
    disks = [make.signal("search", "disk", key=name, series=name, title="disk in use") for name in names]
    done = make.outcome(*(make.measure(series=name, title="disk in use", service="search") for name in names))
    whole = make.dossier(make.incident(*disks, make.signal("search")), outcomes=(done,))
    told = present.detail(whole, [make.chart(one) for one in disks])
    for found in (told.charts, told.outcomes[0].measures, told.signals[:2]):
        assert [one.label for one in found] == ["mountpoint /", "mountpoint /var"]
    assert told.signals[2].label == ""


def test_a_log_line_is_told_without_its_time() -> None:
    log = make.log_signal(example="2026-11-20T12:44:24.499Z ERROR handshake failed")
    assert present.detail(make.dossier(make.incident(log)), []).signals[0].example == "ERROR handshake failed"


@pytest.mark.parametrize(
    ("kind", "text", "tone"),
    [
        ("verified", "Recovered 6 s after the action", "good"),
        ("verified", "Not recovered 5 min after the action", "warning"),
        ("verified", "It got worse 60 s after the action", "critical"),
        ("opened", "Opened", "info"),
    ],
)
def test_an_event_says_how_it_is_meant(kind: EventKind, text: str, tone: str) -> None:
    told = present.detail(make.dossier(events=(make.event(kind, text),)), [])
    assert told.timeline[0].tone == tone


def test_parts_are_told_by_name() -> None:
    told = present.parts({"store": "", "source logs": "", "slack": "the token is refused"}, {"source logs": "binary"})
    assert [(part.name, part.up, part.trouble, part.note) for part in told] == [
        ("slack", False, "the token is refused", ""),
        ("source logs", True, "", "binary"),
        ("store", True, "", ""),
    ]
