from dataclasses import replace
from typing import Any

import pytest

from bot.domain.delivery import Behind
from bot.domain.incident import Ack
from bot.domain.routing import Route, Routing, Rung
from tests import builders as make
from tests.builders import T

ONE = Behind("i1", "", "open", "warning", ("checkout",), T)
TEAMS = {"checkout": "shop", "ledger": "money"}


@pytest.mark.parametrize(
    ("routes", "place"),
    [
        ([], ""),
        ([Route({"slack": "C1"})], "C1"),
        ([Route({"telegram": "1"})], ""),
        ([Route({"telegram": "1"}), Route({"slack": "C2"})], "C2"),
        ([Route({"slack": "C1"}, services=frozenset({"ledger"})), Route({"slack": "C2"})], "C2"),
        ([Route({"slack": "C1"}, services=frozenset({"checkout", "x"}))], "C1"),
        ([Route({"slack": "C1"}, teams=frozenset({"money"}))], ""),
        ([Route({"slack": "C1"}, teams=frozenset({"shop"}))], "C1"),
        ([Route({"slack": "C1"}, severities=frozenset({"critical"}))], ""),
        ([Route({"slack": "C1"}, teams=frozenset({"shop"}), severities=frozenset({"warning"}))], "C1"),
    ],
)
def test_the_first_route_that_fits_and_names_a_place_decides(routes: list[Route], place: str) -> None:
    assert Routing(routes, TEAMS).place(ONE, "slack") == place


def test_any_of_the_services_of_an_incident_is_enough() -> None:
    wide = replace(ONE, services=("search", "ledger"))
    assert Routing([Route({"slack": "C1"}, teams=frozenset({"money"}))], TEAMS).place(wide, "slack") == "C1"


@pytest.mark.parametrize(
    ("over", "after", "due"),
    [
        ({}, 599, 0),
        ({}, 600, 1),
        ({}, 1200, 2),
        ({"reopened_at": T + 700}, 1200, 0),
        ({"reopened_at": T + 600}, 1200, 1),
        ({"severity": "warning"}, 1200, 0),
        ({"state": "resolved"}, 1200, 0),
        ({"ack": Ack("slack:U1", "Ada", T)}, 1200, 0),
        ({"signals": {}}, 1200, 0),
    ],
)
def test_a_rung_is_due_when_nobody_looks_after_something_critical(over: dict[str, Any], after: float, due: int) -> None:
    routing = Routing(rungs=(Rung(600), Rung(1200, "Grace", {"slack": "U2"})))
    one = make.incident(opened_at=T, **over)
    assert routing.due(one, T + after) == due
