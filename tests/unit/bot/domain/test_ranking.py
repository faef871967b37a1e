import pytest

from bot.domain.metric_kinds import CALLING, RESOURCE, SLOWNESS, TRAFFIC
from bot.domain.ranking import MOST_EVIDENCE, Clue, Departure, Ranked, rank
from bot.domain.topology import Topology

ALONE = Topology({})
CHAIN = Topology({"web": ("shop",), "shop": ("bank", "stock")})


def slow(service: str, widths: float, together: float | None = None) -> Departure:
    return Departure(service, "latency", SLOWNESS, widths, together=together)


def order(ranked: tuple[Ranked, ...]) -> list[str]:
    return [one.service for one in ranked]


def test_the_widest_departure_leads_and_scores_are_shares() -> None:
    ranked = rank([slow("a", 3.0), slow("b", 30.0), slow("c", 0.0)], [], ALONE)
    assert order(ranked) == ["b", "a", "c"]
    assert sum(one.score for one in ranked) == pytest.approx(1.0)
    assert ranked[0].metric == "latency"
    assert (ranked[2].score, ranked[2].metric, ranked[2].evidence) == (0.0, "", ())


def test_what_moves_with_the_symptom_comes_before_what_is_wider() -> None:
    assert order(rank([slow("a", 300.0, 0.1), slow("b", 10.0, 0.9)], [], ALONE))[0] == "b"


def test_trouble_travels_from_callee_to_caller() -> None:
    ranked = rank([slow("web", 40.0), slow("shop", 40.0), slow("bank", 30.0), slow("stock", 0.1)], [], CHAIN)
    assert order(ranked)[0] == "bank"
    assert "explains 2 of its callers: shop, web" in ranked[0].evidence
    assert any("its callee bank is unwell too" in one.evidence for one in ranked if one.service == "shop")


def test_a_callee_that_is_hardly_unwell_excuses_nobody() -> None:
    assert order(rank([slow("shop", 40.0), slow("bank", 1.0)], [], CHAIN))[0] == "shop"


def test_circles_of_calls_end() -> None:
    circle = Topology({"a": ("b", "a"), "b": ("a",)})
    assert order(rank([slow("a", 5.0), slow("b", 6.0)], [], circle)) == ["b", "a"]


def test_own_resources_say_more_than_slowness_and_waiting_for_others_says_less() -> None:
    departures = [Departure(kind.name, "m", kind, 20.0) for kind in (TRAFFIC, CALLING, SLOWNESS, RESOURCE)]
    assert order(rank(departures, [], ALONE)) == ["resource", "slowness", "calling", "traffic"]


def test_the_metric_to_look_at_need_not_be_like_the_symptom() -> None:
    cpu = Departure("a", "cpu", RESOURCE, 30.0, together=0.9, likeness=0.1)
    assert rank([slow("a", 10.0, 0.9), cpu], [], ALONE)[0].metric == "cpu"


@pytest.mark.parametrize("family", ["hops", "state"])
def test_a_strong_clue_outweighs_a_departure(family: str) -> None:
    told = Clue("b", "hops" if family == "hops" else "state", 1.0, "seen")
    ranked = rank([slow("a", 100.0)], [told], ALONE)
    assert order(ranked)[0] == "b"
    assert (ranked[0].metric, ranked[0].evidence) == ("", ("seen",))


def test_a_deployment_raises_what_else_there_is_and_says_little_alone() -> None:
    deployed = [Clue("b", "deployment", 1.0, "new version"), Clue("c", "deployment", 1.0, "new version")]
    assert order(rank([slow("a", 30.0), slow("b", 20.0)], deployed, ALONE)) == ["b", "a", "c"]


def test_evidence_is_kept_short_and_equal_services_stand_in_order_of_their_names() -> None:
    many = [Clue("a", "state", 0.1, f"pod {place}") for place in range(20)]
    assert len(rank([slow("a", 9.0)], many, ALONE)[0].evidence) <= MOST_EVIDENCE
    assert order(rank([slow("b", 5.0), slow("a", 5.0)], [], ALONE)) == ["a", "b"]


def test_nothing_known_is_no_error() -> None:
    assert rank([], [], ALONE) == ()
