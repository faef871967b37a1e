import pytest

from bot.domain.topology import Topology

SHOP = Topology({"storefront": ("checkout", "catalog"), "checkout": ("payments", "catalog"), "lonely": ()})
LOOP = Topology({"a": ("b",), "b": ("a",)})


def test_who_calls_whom() -> None:
    assert SHOP.callees("checkout") == ("payments", "catalog")
    assert SHOP.callers("catalog") == ("storefront", "checkout")
    assert SHOP.callees("payments") == SHOP.callers("storefront") == SHOP.callees("nobody") == ()


@pytest.mark.parametrize(
    ("service", "entry"),
    [("storefront", True), ("checkout", False), ("payments", False), ("lonely", False), ("nobody", False)],
)
def test_users_meet_what_calls_and_is_not_called(service: str, entry: bool) -> None:
    assert SHOP.entry(service) is entry
    assert not LOOP.entry("a")


@pytest.mark.parametrize(
    ("hops", "reached"),
    [
        (0, {"payments"}),
        (1, {"payments", "checkout"}),
        (2, {"payments", "checkout", "storefront", "catalog"}),
        (9, {"payments", "checkout", "storefront", "catalog"}),
    ],
)
def test_near_goes_both_ways_a_call_at_a_time(hops: int, reached: set[str]) -> None:
    assert SHOP.near(["payments"], hops) == reached


def test_near_ends_in_a_loop_and_knows_strangers() -> None:
    assert LOOP.near(["a"], 5) == {"a", "b"}
    assert SHOP.near(["nobody"], 2) == {"nobody"}
    assert SHOP.near([], 2) == frozenset()
