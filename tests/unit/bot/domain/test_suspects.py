from typing import Any

import pytest

from bot.domain.evidence import Evidence, Kind
from bot.domain.signals import Signal
from bot.domain.suspects import CALLEE_DISCOUNT, rank, strength
from bot.domain.topology import Topology
from tests.builders import T, evidence, log_signal, signal

SHOP = Topology({"storefront": ("checkout",), "checkout": ("payments",)})
ALONE = Topology({})


def piece(kind: Kind, service: str = "payments", weight: float = 1.0, id_: str = "E1") -> Evidence:
    return evidence(id_, kind=kind, service=service, weight=weight)


def order(signals: list[Signal], pieces: list[Evidence] | None = None, topology: Topology = SHOP) -> list[str]:
    return [one.service for one in rank(signals, pieces or [], topology)]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (signal(query="up", score=1.0), 1.0),
        (signal(score=1.0), 1.0),
        (signal(query="http_latency_p95", score=0.5), 0.4),
        (signal(query="process_memory", score=1.0), 0.7),
        (signal(query="http_request_rate", score=1.0), 0.3),
        (signal(query="queue_depth", score=1.0), 0.5),
        (log_signal(score=1.0), 0.6),
        (signal(score=7.0), 1.0),
        (signal(score=0.0), 0.1),
    ],
)
def test_strength(one: Signal, expected: float) -> None:
    assert strength(one) == pytest.approx(expected)


def test_nothing_firing_means_no_suspect() -> None:
    assert rank([], [], SHOP) == ()
    assert rank([signal(firing=False)], [piece("deployment")], SHOP) == ()


def test_trouble_travels_from_callee_to_caller_so_the_deepest_is_blamed() -> None:
    signals = [signal("storefront", score=1.0), signal("checkout", score=1.0), signal("payments", score=0.6)]
    assert order(signals)[0] == "payments"
    assert order(signals, topology=ALONE)[0] != "payments"


@pytest.mark.parametrize(
    "echo",
    [
        pytest.param(signal("payments", "http_request_rate", score=1.0), id="less traffic is an echo"),
        pytest.param(log_signal("payments", score=1.0), id="a log line alone hurts no caller"),
    ],
)
def test_what_a_caller_cannot_feel_excuses_nobody(echo: Signal) -> None:
    found = rank([signal("checkout", score=0.7), echo], [], SHOP)
    assert next(one for one in found if one.service == "checkout").score == pytest.approx(0.7)
    assert found[0].service == "checkout"


def test_a_callee_that_is_unwell_leaves_a_quarter_of_the_score() -> None:
    found = {one.service: one.score for one in rank([signal("checkout", score=0.8), signal(score=0.8)], [], SHOP)}
    assert found["checkout"] == pytest.approx(0.8 * CALLEE_DISCOUNT)
    assert found["payments"] == pytest.approx(0.8)


@pytest.mark.parametrize(("weight", "first"), [(0.9, "checkout"), (0.89, "payments")])
def test_a_target_that_says_it_is_broken_is_not_excused_by_a_callee(weight: float, first: str) -> None:
    signals = [signal("checkout", score=0.8), signal("payments", score=0.8)]
    assert order(signals, [piece("state", "checkout", weight)])[0] == first


@pytest.mark.parametrize(
    ("kind", "gain"), [("deployment", 1.0), ("state", 0.8), ("log", 0.3), ("traffic", 0.2), ("neighbour", 1.0)]
)
@pytest.mark.parametrize("weight", [1.0, 0.6])
def test_evidence_adds_by_its_kind_and_weight(kind: Kind, gain: float, weight: float) -> None:
    (found,) = rank([signal(score=0.5)], [piece(kind, weight=weight), piece(kind, weight=0.1)], ALONE)
    assert found.score == pytest.approx(0.5 * (1 + gain * weight))


def test_more_signals_of_a_service_add_a_quarter_each_and_three_count() -> None:
    scores = (0.4, 1.0, 0.8, 0.2)
    signals = [signal(key=f"k{place}", score=score) for place, score in enumerate(scores)]
    (found,) = rank(signals, [], ALONE)
    assert found.score == pytest.approx(1.0 + 0.25 * (0.8 + 0.4))


def test_another_services_evidence_does_not_count() -> None:
    found = rank([signal(score=0.5)], [piece("deployment", "checkout")], SHOP)
    assert [(one.service, one.score, one.evidence) for one in found] == [("payments", 0.5, ())]


def test_a_deployment_decides_between_equals_and_confidence_is_the_share() -> None:
    signals = [signal("a", score=0.5), signal("b", score=0.5)]
    found = rank(signals, [piece("deployment", "b")], ALONE)
    assert [one.service for one in found] == ["b", "a"]
    assert [one.confidence for one in found] == pytest.approx([2 / 3, 1 / 3])


def test_equals_are_told_apart_by_onset_and_then_by_name() -> None:
    assert order([signal("b"), signal("a"), signal("c", onset=T - 1)], topology=ALONE) == ["c", "a", "b"]


def test_the_evidence_to_cite_is_the_most_telling_first() -> None:
    pieces = [piece("signal", weight=0.3, id_="E1"), piece("deployment", weight=1.0, id_="E2")]
    assert rank([signal()], pieces, ALONE)[0].evidence == ("E2", "E1")


@pytest.mark.parametrize(
    ("query", "pieces", "cause"),
    [
        ("http_error_ratio", [], "fault"),
        ("http_error_ratio", [piece("signal"), piece("log")], "fault"),
        ("http_error_ratio", [piece("deployment", weight=0.6)], "deployment"),
        ("http_error_ratio", [piece("state", weight=0.9)], "crash"),
        ("http_error_ratio", [piece("state", weight=0.4)], "fault"),
        ("http_error_ratio", [piece("traffic", weight=0.5)], "overload"),
        ("http_error_ratio", [piece("traffic", weight=1.0), piece("state", weight=0.9)], "overload"),
        ("http_error_ratio", [piece("deployment", weight=0.6), piece("state", weight=0.9)], "crash"),
        ("process_memory", [], "leak"),
        ("process_memory", [piece("state", weight=0.4)], "leak"),
        ("process_memory", [piece("deployment")], "deployment"),
    ],
)
def test_the_cause_is_what_the_most_telling_piece_says(query: str, pieces: list[Any], cause: str) -> None:
    assert rank([signal(query=query)], pieces, ALONE)[0].cause == cause


def test_who_takes_the_node_away_is_blamed_and_who_suffers_is_not() -> None:
    slow = signal("payments", "http_latency_p95", score=1.0)
    beside = piece("neighbour", "batch", 0.9)
    (first, second) = rank([slow], [beside], SHOP)
    assert (first.service, first.cause, second.service) == ("batch", "neighbour", "payments")
    assert first.confidence > 0.5


def test_a_fresh_deployment_weighs_more_than_a_noisy_neighbour() -> None:
    pieces = [piece("neighbour", "batch", 0.9), piece("deployment", "payments", 1.0, "E2")]
    assert order([signal("payments", score=1.0)], pieces)[0] == "payments"
