from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.model import State
from bot.domain.charts import Chart, Point
from bot.domain.signals import Signal
from bot.domain.verification import Look, Rules, judge, measures
from tests.builders import T, log_signal, signal

RULES = Rules(after=60, within=300, stale=90)
DONE = T + 100
WELL = State(2, 2, "v1", (), "7")
ILL = State(2, 1, "v1", (), "7")
CLEARED = signal(firing=False)
GONE = signal(query="up", kind="presence", key="up#silence", series="up")
TWIN = signal(query="up", kind="presence", key="up2#silence", series="up2")


def seen(one: Signal, at: float | None, value: float | None = 0.0) -> Chart:
    """The series' chart whose newest sample is at that time; None: no sample at all."""
    course = () if at is None else (Point(at, value, 0.0, 0.0, 0.1),)
    return Chart(one.series, one.service, one.query, one.title, one.unit, course)


def look(after: float, *signals: Signal, charts: Any = None, state: State | None = WELL) -> Look:
    """What is seen so many seconds after the action; without charts given, every series was seen a second ago."""
    now = DONE + after
    given = [seen(one, now - 1) for one in signals] if charts is None else charts
    return Look(signals, given, state, DONE, now)


@pytest.mark.parametrize(
    ("seen_now", "result", "reason"),
    [
        pytest.param(look(59.999, CLEARED), None, "too early", id="well, but too early"),
        pytest.param(look(60, CLEARED), "recovered", "cleared and the target is healthy", id="recovered at once"),
        pytest.param(look(900, CLEARED), "recovered", "cleared and the target is healthy", id="recovered late"),
        pytest.param(
            look(60, CLEARED, state=None), "recovered", "cleared, though the target cannot say", id="the target is mute"
        ),
        pytest.param(look(60, signal()), None, "1 signal still firing", id="still firing, there is time"),
        pytest.param(look(60, signal(), GONE), None, "2 signals still firing", id="two still firing"),
        pytest.param(look(299, CLEARED, state=ILL), None, "0 signals", id="the target is not settled yet"),
        pytest.param(look(300, signal()), "not_recovered", "1 signal still firing", id="time is over"),
        pytest.param(look(300, signal(), CLEARED), "not_recovered", "1 signal still", id="only some of it cleared"),
        pytest.param(look(300, CLEARED, state=ILL), "unclear", "target is not healthy", id="only the target is ill"),
        pytest.param(
            look(300, signal("checkout", onset=DONE + 1)), "worse", "checkout errors began only after", id="worse"
        ),
        pytest.param(look(300, signal(onset=DONE)), "not_recovered", "1 signal", id="what began before is not worse"),
        pytest.param(
            look(300, signal("checkout", onset=DONE + 1, firing=False), CLEARED), "recovered", "every", id="a brief one"
        ),
        pytest.param(look(60, CLEARED, charts=[]), None, "0 signals", id="blind, there is time"),
        pytest.param(look(300, CLEARED, charts=[]), "unclear", "gives no samples", id="blind to the end"),
        pytest.param(
            look(300, CLEARED, charts=[seen(CLEARED, None)]), "unclear", "gives no samples", id="an empty chart"
        ),
        pytest.param(
            look(300, CLEARED, charts=[seen(CLEARED, DONE + 299, None)]), "unclear", "no samples", id="no value"
        ),
        pytest.param(
            look(300, CLEARED, charts=[seen(CLEARED, DONE + 209)]), "unclear", "no samples", id="the newest is stale"
        ),
        pytest.param(
            look(300, CLEARED, charts=[seen(CLEARED, DONE + 210)]), "recovered", "every", id="just fresh enough"
        ),
        pytest.param(
            look(60, CLEARED, charts=[seen(CLEARED, DONE - 1)]), None, "", id="seen before the action does not count"
        ),
        pytest.param(
            look(300, signal(), charts=[seen(GONE, DONE + 299)]), "unclear", "no samples", id="firing, and not seen"
        ),
        pytest.param(
            look(60, CLEARED, signal("checkout", firing=False), charts=[seen(CLEARED, DONE + 59)]), None, "",
            id="half blind",
        ),
        pytest.param(
            look(300, GONE, charts=[seen(CLEARED, DONE + 299)]), "not_recovered", "1 signal",
            id="absence is what a presence signal is about",
        ),
        pytest.param(
            look(300, GONE, charts=[seen(GONE, DONE)]), "unclear", "up gives no samples", id="presence, all is dark"
        ),
        pytest.param(
            look(60, log_signal(firing=False), charts=[seen(CLEARED, DONE + 59)]), "recovered", "every", id="a log"
        ),
        pytest.param(look(60, log_signal(firing=False), charts=[]), "recovered", "every", id="only logs"),
        pytest.param(
            look(300, log_signal(firing=False), charts=[seen(CLEARED, DONE)]), "unclear", "no samples", id="logs, dark"
        ),
        pytest.param(
            look(60, GONE, charts=[seen(GONE, DONE - 9), seen(TWIN, DONE + 59)]), "recovered", "every",
            id="the successor answers for the instance that was replaced",
        ),
        pytest.param(
            look(60, signal(), charts=[seen(signal(), DONE - 9), seen(signal(series="v1"), DONE + 59)]), "recovered",
            "every", id="also for the old one's last word",
        ),
        pytest.param(
            look(300, GONE, TWIN, charts=[seen(GONE, DONE - 9), seen(TWIN, DONE + 299)]), "not_recovered", "2 signals",
            id="a sick successor answers for nobody",
        ),
        pytest.param(
            look(300, GONE, charts=[seen(GONE, DONE - 9), seen(signal("search", "up"), DONE + 299)]), "not_recovered",
            "1 signal", id="another service is no successor",
        ),
        pytest.param(
            look(300, signal(), charts=[seen(signal(), DONE + 299), seen(signal(series="v1"), DONE + 299)]),
            "not_recovered", "1 signal", id="nor is one beside it",
        ),
    ],
)  # fmt: skip
def test_judge(seen_now: Look, result: str | None, reason: str) -> None:
    verdict = judge(seen_now, RULES)
    assert verdict.result == result
    assert reason in verdict.reason


SIGNALS = st.lists(
    st.builds(
        lambda service, kind, firing, onset: signal(service, kind=kind, firing=firing, onset=onset),
        st.sampled_from("abc"),
        st.sampled_from(["metric", "presence", "log"]),
        st.booleans(),
        st.floats(T, T + 400),
    ),
    min_size=1,
    max_size=4,
)


@given(SIGNALS, st.floats(0, 600), st.floats(-200, 89), st.sampled_from([WELL, ILL, None]))
def test_recovered_needs_silence_of_the_signals_and_sight_of_the_series_since_the_action(
    signals: list[Signal], after: float, age: float, state: State | None
) -> None:
    fresh = [seen(one, DONE + after - 1) for one in signals]
    sick = any(one.firing for one in signals) or state is ILL
    verdict = judge(look(after, *signals, charts=fresh, state=state), RULES)
    assert (verdict.result == "recovered") == (not sick and after >= 60 and after > 1)
    assert (verdict.result is None) == (verdict.result != "recovered" and after < 300)
    blind = [seen(one, DONE - abs(age) - 0.001) for one in signals]
    assert judge(look(after, *signals, charts=blind, state=state), RULES).result in {None, "unclear"}


def test_measures_have_the_peak_before_and_the_newest_value_after_with_the_acted_service_first() -> None:
    loud = signal("checkout", score=1.0)
    quiet = signal(score=0.5)
    charts = [seen(loud, T, 0.01), seen(quiet, T, 0.0)]
    found = measures([loud, log_signal(), GONE, quiet], charts, "payments")
    assert [(one.service, one.before, one.after, one.normal) for one in found] == [
        ("payments", 0.41, 0.0, 0.0),
        ("checkout", 0.41, 0.01, 0.0),
    ]


def test_a_series_that_is_not_seen_has_no_after() -> None:
    assert [one.after for one in measures([signal()], [seen(signal(), None)], "x")] == [None]
    assert [one.after for one in measures([signal()], [], "x")] == [None]
