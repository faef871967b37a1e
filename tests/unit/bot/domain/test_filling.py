import pytest

from bot.domain.filling import Filling, place, soonest

HOUR = 3600.0


@pytest.mark.parametrize(
    ("where", "unit", "value", "left", "words"),
    [
        ("a /x", "percent", 81, 5.1 * HOUR, "db: disk a /x is at 81% and will be full in about 5 h at this pace"),
        ("", "percent", 99.5, 600, "db: disk is at 99.5% and will be full in about 10 min at this pace"),
        ("", "bytes", 2e9, 90 * HOUR, "db: disk is at 2 GB and will be full in about 4 d at this pace"),
        ("", "percent", 100.0, 0, "db: disk is at 100% and is full"),
        ("api:443", "seconds", 1.1e6, 1.1e6, "db: disk api:443 runs out in about 13 d"),
        ("", "seconds", 0.0, 0, "db: disk has run out"),
    ],
)  # fmt: skip
def test_how_it_is_said(where: str, unit: str, value: float, left: float, words: str) -> None:
    assert Filling("db", "disk", where, unit, value, left).sentence == words


def test_a_place_is_what_does_not_name_the_service() -> None:
    labels = {"service": "db", "instance": "db-1:9100", "mountpoint": "/var", "app": "db"}
    assert place(labels, "db") == "db-1:9100 /var"


def test_the_soonest_comes_first() -> None:
    found = [Filling("b", "disk", "", "percent", 80, 9), Filling("a", "disk", "", "percent", 80, 9)]
    found.append(Filling("c", "disk", "", "percent", 80, 3))
    assert [one.service for one in soonest(found)] == ["c", "a", "b"]
