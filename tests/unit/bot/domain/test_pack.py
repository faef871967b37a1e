from typing import Any

import pytest

from actions.model import Revision, State
from bot.domain.charts import Chart, Point
from bot.domain.evidence import Evidence
from bot.domain.pack import gather, said, sentence
from bot.domain.signals import Signal
from tests.builders import T, log_signal, signal


def state(deployed: float = T - 60, **over: Any) -> State:
    """v1 from long ago, and v2 that runs since `deployed`."""
    course = (Revision("v1", T - 86_400), Revision("v2", deployed, "new gateway"))
    return State(**{"replicas": 2, "ready": 2, "revision": "v2", "revisions": course, "version": "7", **over})


def requests(value: float | None, normal: float | None = 20.0, service: str = "payments") -> Chart:
    course = (Point(T + 5, value, normal, None, None),)
    return Chart("s", service, "http_request_rate", "requests", "per_second", course)


def of_kind(kind: str, one: State | None = None, charts: tuple[Chart, ...] = ()) -> list[Evidence]:
    found = gather([signal()], {"payments": one} if one else {}, charts, T)
    return [piece for piece in found if piece.kind == kind]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (signal(), "payments: errors 34%, normally 0%"),
        (signal(expected=None), "payments: errors 34%"),
        (signal(title="latency", unit="seconds", value=1.2, expected=0.02), "payments: latency 1.2 s, normally 20 ms"),
        (signal(query="up", title="does not answer", kind="presence"), "payments: does not answer"),
        (
            signal(title="disk in use", unit="percent", value=81.0, detail="a /var", left=5 * 3600.0, expected=None),
            "payments: disk in use a /var is at 81% and will be full in about 5 h at this pace",
        ),
        (log_signal(example=""), "payments: new kind of error in the log: card gateway refused the handshake: <*>"),
        (log_signal(example="refused: 1.0"), "payments: new kind of error in the log: refused: 1.0"),
    ],
)
def test_a_signal_as_a_sentence(one: Signal, words: str) -> None:
    assert sentence(one) == words


def test_everything_is_gathered_and_numbered_in_order_of_time() -> None:
    found = gather([signal(), log_signal(onset=T + 2)], {"payments": state()}, [requests(60.0)], T)
    assert [(piece.id, piece.kind, piece.text) for piece in found] == [
        ("E1", "deployment", "payments v2 (new gateway) was deployed 60 s before the onset"),
        ("E2", "signal", "payments: errors 34%, normally 0%"),
        ("E3", "log", "payments logs a new kind of error: card gateway refused the handshake: protocol version 1.0"),
        ("E4", "traffic", "payments gets 60/s requests, 3 times the normal 20/s"),
    ]
    assert [piece.subject for piece in found[:3]] == ["v2", signal().key, log_signal().key]


@pytest.mark.parametrize(
    ("before", "weight"),
    [(1800, 0.6), (601, 0.6), (600, 1.0), (60, 1.0), (0, 1.0), (-30, 1.0), (1801, None), (-31, None)],
)
def test_a_deployment_counts_near_the_onset_and_more_when_nearer(before: float, weight: float | None) -> None:
    assert [piece.weight for piece in of_kind("deployment", state(T - before))] == ([] if weight is None else [weight])


@pytest.mark.parametrize("before", [0.9, 0, -20])
def test_a_deployment_at_or_just_after_the_measured_onset_is_at_its_moment(before: float) -> None:
    (found,) = of_kind("deployment", state(T - before))
    assert found.text.endswith("was deployed at the moment of the onset")


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(state(revisions=(Revision("v2", T - 60),)), id="the first revision ever is no change"),
        pytest.param(state(revision="v1"), id="a revision that does not run any more"),
        pytest.param(state(revisions=()), id="no history"),
    ],
)
def test_what_is_no_deployment_before_the_fault(one: State) -> None:
    assert of_kind("deployment", one) == []


@pytest.mark.parametrize(
    ("one", "pieces"),
    [
        (state(), []),
        (state(ready=1), [("payments: 1 of 2 replicas are ready", 0.4)]),
        (state(ready=1, problems=("CrashLoopBackOff",)), [("payments: CrashLoopBackOff", 0.9)]),
        (state(problems=("OOMKilled", "BackOff")), [("payments: BackOff", 0.9), ("payments: OOMKilled", 0.9)]),
        (state(ready=3), []),
    ],
)
def test_what_the_target_says_of_itself(one: State, pieces: list[tuple[str, float]]) -> None:
    assert [(piece.text, piece.weight) for piece in of_kind("state", one)] == pieces


@pytest.mark.parametrize(
    ("chart", "weight"),
    [
        (requests(30.0), 0.5),
        (requests(60.0), 1.0),
        (requests(600.0), 1.0),
        (requests(29.9), None),
        (requests(0.0), None),
        (requests(None), None),
        (requests(60.0, normal=None), None),
        (requests(60.0, normal=0.0), None),
        (requests(60.0, service="search"), None),
    ],
)
def test_traffic_bears_on_the_cause_from_half_more_than_normal(chart: Chart, weight: float | None) -> None:
    found = of_kind("traffic", charts=(chart,))
    assert [piece.weight for piece in found] == ([] if weight is None else [weight])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2026-11-20T10:57:01.134Z ERROR payments handshake failed", "ERROR payments handshake failed"),
        ("2026-11-20 10:57:01,134 - ERROR - handshake failed", "ERROR - handshake failed"),
        ("[2026-11-20 10:57:01+01:00] handshake failed", "handshake failed"),
        ("handshake failed at 2026-11-20T10:57:01Z", "handshake failed at 2026-11-20T10:57:01Z"),
        ("2026-11-20", "2026-11-20"),
    ],
)
def test_a_log_line_is_said_without_its_time(line: str, words: str) -> None:
    assert said(log_signal(example=line)) == words
