from graphlib import TopologicalSorter

from demo.topology import DEPENDS_ON, SERVICES


def test_every_callee_is_a_service_and_nobody_calls_in_a_circle() -> None:
    assert {callee for callees in DEPENDS_ON.values() for callee in callees} <= set(SERVICES)
    assert set(TopologicalSorter(DEPENDS_ON).static_order()) == set(SERVICES)


def test_the_faulty_services_have_callers_to_which_trouble_can_spread() -> None:
    assert "payments" in DEPENDS_ON["checkout"]
    assert "checkout" in DEPENDS_ON["storefront"]
