import numpy as np
import pytest

from bot.domain.roster import Packed, Roster, keys_of, services_of
from bot.domain.samples import Series

CART = Series('prom/load{pod="a"}', "cart", {"pod": "a"})
SHOP = Series('prom/load{pod="b"}', "shop", {"pod": "b"})
UMLAUT = Series('prom/load{pod="ü"}', "cart", {"pod": "ü"})


def test_it_is_the_series_in_the_order_of_their_keys() -> None:
    roster = Roster.of([UMLAUT, SHOP, CART])
    assert list(roster) == [CART, SHOP, UMLAUT]
    assert roster[1] == SHOP
    assert len(roster) == 3
    assert Roster.of(roster) is roster
    assert list(Roster.of([])) == []


def test_the_name_of_the_metric_is_no_label() -> None:
    roster = Roster(["k"], ["shop"], Packed.of([b'{"__name__":"up","pod":"b"}']))
    assert roster[0] == Series("k", "shop", {"pod": "b"})


@pytest.mark.parametrize(("key", "place"), [(CART.key, 0), (UMLAUT.key, 2), ("", -1), ("z", -1), ("prom/load{", -1)])
def test_a_key_is_found(key: str, place: int) -> None:
    assert Roster.of([CART, SHOP, UMLAUT]).find(key) == place


def test_the_series_of_some_services() -> None:
    roster = Roster.of([CART, SHOP, UMLAUT])
    assert roster.of_services({"cart", "nobody"}).tolist() == [0, 2]
    assert roster.of_services({"nobody"}).tolist() == []


def test_some_of_another_are_joined_in_order() -> None:
    joined = Roster.of([SHOP]).joined(Roster.of([CART, SHOP, UMLAUT]), [0, 2])
    assert list(joined) == [CART, SHOP, UMLAUT]
    assert joined.services == ("cart", "shop")


def test_a_list_and_a_roster_tell_keys_and_services_alike() -> None:
    series = [CART, SHOP, UMLAUT]
    for roll in (series, Roster.of(series)):
        assert list(keys_of(roll)) == [one.key for one in series]
        names, places = services_of(roll)
        assert [names[place] for place in places] == ["cart", "shop", "cart"]


def test_packed_texts_are_picked_without_a_copy() -> None:
    packed = Packed.of([b"a", b"", b"ccc"])
    picked = packed.picked(np.array([2, 1]))
    assert [picked[place] for place in range(len(picked))] == [b"ccc", b""]
    assert picked.text is packed.text
