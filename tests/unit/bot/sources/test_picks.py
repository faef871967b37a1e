from math import inf, nan

import pytest

from bot.sources.picks import Group, Labels, Pick

SHOP: Group = (("service", "shop"),)
CART: Group = (("service", "cart"),)


def by_service(labels: Labels) -> Group:
    return (("service", labels["service"]),)


@pytest.mark.parametrize(("take", "value"), [("sum", 6), ("min", 1), ("max", 3), ("count", 3)])
def test_what_to_take_of_several(take: str, value: float) -> None:
    pick = Pick.model_validate({"metrics": ["m"], "take": take})
    assert pick.of({"m": [({"service": "shop"}, v) for v in (1.0, 2.0, 3.0, nan, inf)]}, by_service) == {SHOP: value}


def test_of_several_spellings_each_group_has_the_first_that_is_there() -> None:
    points = {"new": [({"service": "shop"}, 1.0)], "old": [({"service": "shop"}, 9.0), ({"service": "cart"}, 2.0)]}
    assert Pick(metrics=("new", "old")).of(points, by_service) == {SHOP: 1, CART: 2}


def test_one_of_the_labels_must_match_in_full() -> None:
    points = {"m": [({"service": "shop", "code": code}, 1.0) for code in ("500", "503", "1500", "200", "")]}
    assert Pick(metrics=("m",), labels=("code", "status"), like="5..").of(points, by_service) == {SHOP: 2}
