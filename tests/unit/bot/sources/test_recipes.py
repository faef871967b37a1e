from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.picks import Group, Labels, Observed, Pick
from bot.sources.recipes import (
    CpuPercent,
    Gauge,
    Increase,
    Quantile,
    Quotient,
    Rate,
    Ratio,
    Share,
    Until,
    quantile,
    reads,
)


def by_service(labels: Labels) -> Group:
    return (("service", labels.get("service", "")),)


SHOP: Group = (("service", "shop"),)
CART: Group = (("service", "cart"),)


def of(service: str, **labels: str) -> dict[str, str]:
    return {"service": service, **labels}


def test_a_gauge_is_summed_over_a_services_instances() -> None:
    seen = Observed({"mem": [(of("shop", i="1"), 5), (of("shop", i="2"), 7), (of("cart"), 1)]})
    assert Gauge(recipe="gauge", metrics=("mem",)).evaluate(seen, by_service) == {SHOP: 12, CART: 1}


def test_values_that_are_no_numbers_are_passed_over() -> None:
    seen = Observed({"mem": [(of("shop"), inf), (of("shop"), float("nan")), (of("cart"), 3)]})
    assert Gauge(recipe="gauge", metrics=("mem",)).evaluate(seen, by_service) == {CART: 3}


def test_a_gauge_is_scaled() -> None:
    assert Gauge(recipe="gauge", metrics=("load",), scale=100).evaluate(
        Observed({"load": [(of("shop"), 0.25)]}), by_service
    ) == {SHOP: 25}


def test_the_seconds_until_the_earliest_moment() -> None:
    until = Until(recipe="until", metrics=("expiry",))
    moments = [(of("shop"), 1_500.0), (of("shop"), 1_200.0), (of("cart"), 900.0), (of("none"), -6.2e10)]
    assert until.evaluate(Observed({"expiry": moments}, now=1_000.0), by_service) == {SHOP: 200, CART: 0}


def test_an_increase_is_a_count() -> None:
    seen = Observed(increases={"kills": [(of("shop"), 2), (of("shop"), 1)]}, elapsed=60)
    assert Increase(recipe="increase", metrics=("kills",)).evaluate(seen, by_service) == {SHOP: 3}


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({}, 0.25),
        ({"complement": True}, 0.75),
        ({"least": 100}, nan),
        ({"whole": [{"metrics": ["hit"]}], "most": inf}, 1 / 3),
        ({"part": {"metrics": ["hit"]}, "whole": [{"metrics": ["miss"]}]}, 1),
        ({"part": {"metrics": ["hit"]}, "whole": [{"metrics": ["miss"]}], "most": inf}, 3),
        ({"whole": [{"metrics": ["still"]}]}, nan),
    ],
)
def test_a_quotient_of_growths(change: dict[str, object], value: float) -> None:
    said: dict[str, object] = {"part": {"metrics": ["miss"]}, "whole": [{"metrics": ["hit"]}, {"metrics": ["miss"]}]}
    quotient = Quotient.model_validate({"recipe": "quotient", **said, **change})
    grown = {"miss": [(of("shop"), 10.0), (of("gone"), 1.0)], "hit": [(of("shop"), 30.0)], "still": [(of("shop"), 0.0)]}
    assert quotient.evaluate(Observed(increases=grown), by_service)[SHOP] == pytest.approx(value, nan_ok=True)


def test_a_quotient_needs_both_and_says_what_it_reads() -> None:
    quotient = Quotient(recipe="quotient", part=Pick(metrics=("a",)), whole=(Pick(metrics=("b",)),))
    assert quotient.evaluate(Observed(increases={"a": [(of("shop"), 1)]}), by_service) == {}
    assert reads(quotient) == (set(), {"a", "b"})


def test_of_several_shares_the_highest_counts() -> None:
    used = [(of("shop", name="1"), 30.0), (of("shop", name="2"), 80.0), (of("shop", name="3"), 900.0)]
    limit = [(of("shop", name="1"), 100.0), (of("shop", name="2"), 100.0), (of("shop", name="3"), 0.0)]
    share = Share(
        recipe="share", part=Pick(metrics=("used",)), whole=Pick(metrics=("limit",)), each=("name",), scale=100, most=75
    )
    seen = Observed({"used": used, "limit": limit})
    assert share.evaluate(seen, by_service) == {SHOP: 75}
    assert share.model_copy(update={"most": inf}).evaluate(seen, by_service) == {SHOP: 80}


def test_the_rest_of_a_share_is_never_below_nothing() -> None:
    share = Share(recipe="share", part=Pick(metrics=("a",)), whole=Pick(metrics=("b",)), complement=True)
    assert share.evaluate(Observed({"a": [(of("shop"), 5)], "b": [(of("shop"), 4)]}), by_service) == {SHOP: 0}


def test_the_first_metric_that_a_service_has_is_taken() -> None:
    seen = Observed(increases={"a": [(of("shop"), 10)], "b": [(of("shop"), 99), (of("cart"), 20)]}, elapsed=10)
    assert Rate(recipe="rate", metrics=("a", "b")).evaluate(seen, by_service) == {SHOP: 1, CART: 2}


def test_rates_add_up() -> None:
    seen = Observed(increases={"in": [(of("shop"), 10)], "out": [(of("shop"), 5)]}, elapsed=5)
    assert Rate(recipe="rate", metrics=("in",), plus=("out",)).evaluate(seen, by_service) == {SHOP: 3}


def test_there_is_no_rate_before_time_has_passed() -> None:
    assert Rate(recipe="rate", metrics=("a",)).evaluate(Observed(increases={"a": [(of("shop"), 1)]}), by_service) == {}


ERRORS = Ratio(recipe="ratio", metrics=("requests", "durations"), labels=("code", "status"), part="5..", least=5)


@pytest.mark.parametrize(
    ("points", "ratio"),
    [
        pytest.param([("code", "200", 90), ("code", "500", 6), ("code", "503", 4)], 0.1, id="by code"),
        pytest.param([("status", "200", 9), ("status", "5xx", 1)], 0.1, id="by status"),
        pytest.param([("code", "200", 10)], 0, id="no error series at all"),
        pytest.param([("code", "500", 10)], 1, id="nothing but errors"),
        pytest.param([("code", "200", 2), ("code", "500", 2)], None, id="too few requests to say"),
        pytest.param([("code", "200", 0)], None, id="no request"),
    ],
)
def test_error_ratio(points: list[tuple[str, str, float]], ratio: float | None) -> None:
    seen = Observed(increases={"requests": [(of("shop", **{label: code}), grown) for label, code, grown in points]})
    found = ERRORS.evaluate(seen, by_service)[SHOP]
    assert isnan(found) if ratio is None else found == pytest.approx(ratio)


def test_instances_are_summed_before_dividing() -> None:
    points = [(of("shop", i="1", code="500"), 10.0), (of("shop", i="2", code="200"), 990.0)]
    assert ERRORS.evaluate(Observed(increases={"requests": points}), by_service) == {SHOP: 0.01}


def test_without_a_status_label_the_next_metric_tells_the_errors() -> None:
    seen = Observed(
        increases={
            "requests": [(of("shop"), 100)],
            "durations": [(of("shop", code="200"), 50), (of("shop", code="500"), 50)],
        }
    )
    assert ERRORS.evaluate(seen, by_service) == {SHOP: 0.5}


def test_a_share_and_what_it_leaves() -> None:
    seen = Observed({"free": [(of("shop"), 25)], "all": [(of("shop"), 100), (of("cart"), 0)], "none": []})
    share = Share(
        recipe="share", part=Pick(metrics=("free",)), whole=Pick(metrics=("all",)), complement=True, scale=100
    )
    assert share.evaluate(seen, by_service) == {SHOP: 75}


@pytest.mark.parametrize(
    ("seconds", "cores", "percent"),
    [(5, 1, 50), (5, 2, 25), (10, 1, 100), (30, 1, 100), (30, 4, 75), (5, None, 50), (5, 0, 50), (0, 2, 0)],
)
def test_cpu_is_in_percent_of_the_cores_that_exist(seconds: float, cores: float | None, percent: float) -> None:
    latest = {} if cores is None else {"cores": [(of("shop"), cores)]}
    seen = Observed(latest, {"cpu": [(of("shop"), seconds)]}, elapsed=10)
    assert CpuPercent(recipe="cpu_percent", metrics=("cpu",), cores=("cores",)).evaluate(seen, by_service) == {
        SHOP: percent
    }


@pytest.mark.parametrize(
    ("q", "buckets", "value"),
    [
        pytest.param(0.5, {1: 10, inf: 10}, 0.5, id="half of the lowest bucket"),
        pytest.param(0.95, {0.1: 90, 0.5: 100, inf: 100}, 0.3, id="inside a bucket"),
        pytest.param(0.95, {0.1: 90, 0.5: 90, inf: 100}, 0.5, id="beyond the last finite bound"),
        pytest.param(0.9, {0.1: 90, 0.5: 100, inf: 100}, 0.1, id="on a bound"),
        pytest.param(0.5, {0: 10, 1: 10, inf: 10}, 0, id="a lowest bound of zero"),
        pytest.param(0.5, {1: 10, 2: 8, inf: 10}, 0.5, id="counts that fall are lifted"),
    ],
)
def test_quantile(q: float, buckets: dict[float, float], value: float) -> None:
    assert quantile(q, buckets) == pytest.approx(value)


@pytest.mark.parametrize("buckets", [{}, {inf: 5}, {1: 5}, {1: 0, inf: 0}, {float("nan"): 3, inf: 3}])
def test_buckets_that_tell_no_quantile(buckets: dict[float, float]) -> None:
    assert isnan(quantile(0.5, buckets))


@given(
    st.floats(0.01, 0.99),
    st.dictionaries(st.floats(-1e3, 1e6), st.floats(0, 1e9), min_size=1, max_size=12),
    st.floats(0, 1e9),
)
def test_a_quantile_lies_within_the_bounds(q: float, finite: dict[float, float], above: float) -> None:
    found = quantile(q, finite | {inf: above})
    assert isnan(found) or min(0.0, *finite) <= found <= max(0.0, *finite) * (1 + 1e-9)


def test_latency_of_a_service_over_its_instances_and_silence_when_few() -> None:
    def bucket(service: str, le: str, grown: float) -> tuple[dict[str, str], float]:
        return of(service, le=le), grown

    points = [
        bucket("shop", "0.1", 45),
        bucket("shop", "0.1", 45),
        bucket("shop", "0.5", 50),
        bucket("shop", "0.5", 50),
    ]
    points += [bucket("shop", "+Inf", 50), bucket("shop", "+Inf", 50), bucket("shop", "garbage", 1)]
    points += [bucket("cart", "0.1", 2), bucket("cart", "+Inf", 2)]
    found = Quantile(recipe="quantile", metrics=("b",), q=0.95, least=5).evaluate(
        Observed(increases={"b": points}), by_service
    )
    assert found[SHOP] == pytest.approx(0.3)
    assert isnan(found[CART])


def test_a_recipe_says_what_it_reads() -> None:
    assert reads(ERRORS) == (set(), {"requests", "durations"})
    assert reads(CpuPercent(recipe="cpu_percent", metrics=("cpu",), cores=("n",))) == ({"n"}, {"cpu"})
    assert reads(Rate(recipe="rate", metrics=("a",), plus=("b",))) == (set(), {"a", "b"})
    assert reads(Gauge(recipe="gauge", metrics=("m",))) == ({"m"}, set())
