import json
from itertools import permutations

import pytest

from bot.sources.columns import MOST_SERIES
from bot.sources.labels import Known, Naming, learned

NAMING = Naming("prom", "load", ("service",), "somebody")


def spelled(*series: dict[str, str]) -> list[bytes]:
    return [json.dumps(one).encode() for one in series]


A, B, C = ({"service": name, "__name__": "load"} for name in ("a", "b", "c"))


def test_series_are_ordered_by_key_and_values_find_them() -> None:
    known = learned(Known(), spelled(B, A), NAMING)
    assert [(one.key, one.service, one.labels) for one in known.roster] == [
        ('prom/load{service="a"}', "a", {"service": "a"}),
        ('prom/load{service="b"}', "b", {"service": "b"}),
    ]
    assert known.places.tolist() == [1, 0]
    assert known.notes == []


def test_a_series_without_the_label_is_somebodys() -> None:
    assert learned(Known(), spelled({"pod": "x"}), NAMING).roster[0].service == "somebody"


def test_the_same_answer_is_known_at_once() -> None:
    known = learned(Known(), spelled(A, B), NAMING)
    assert learned(known, spelled(A, B), NAMING) is known


def test_the_same_series_in_another_order_have_the_same_roster() -> None:
    known = learned(Known(), spelled(A, B, C), NAMING)
    for order in permutations((A, B, C)):
        again = learned(known, spelled(*order), NAMING)
        assert again.roster is known.roster
        assert [order[place]["service"] for place in again.places] == ["a", "b", "c"]
        known = again


def test_series_come_and_go() -> None:
    known = learned(learned(Known(), spelled(A, C), NAMING), spelled(C, B), NAMING)
    assert [one.service for one in known.roster] == ["b", "c"]
    assert known.places.tolist() == [1, 0]
    assert len(learned(known, [], NAMING).roster) == 0


def test_the_first_of_two_series_with_one_key_stays_and_it_is_told() -> None:
    twice = spelled(B, A | {"__name__": "other"}, A)
    known = learned(Known(), twice, NAMING)
    assert known.places.tolist() == [1, 0]
    assert known.notes == ["load: 1 series came twice; the first of each was taken"]
    assert learned(known, twice[::-1], NAMING).notes == known.notes


@pytest.mark.parametrize("odd", [b'{"a":1}', b'{"a":"\\ud800"}', b"[]", b"null", b'{"a":"\xff"}'])
def test_unreadable_labels_are_left_out_and_told(odd: bytes) -> None:
    known = learned(Known(), [odd, *spelled(A)], NAMING)
    assert known.places.tolist() == [1]
    assert known.notes == ["load: 1 of 2 series had unreadable labels and were left out"]


def test_too_many_series_are_capped_the_same_way_each_time() -> None:
    many = spelled(*({"pod": f"{number:06}"} for number in range(MOST_SERIES + 5)))
    known = learned(Known(), many, NAMING)
    again = learned(known, many[::-1], NAMING)
    assert len(known.roster) == MOST_SERIES
    assert again.roster.keys == known.roster.keys
    assert again.places.tolist() == [MOST_SERIES + 4 - place for place in known.places]
    assert "10005 series are too many" in known.notes[0]
