import pytest

from bot.chat.places import MOST, Place, named

OPS = Place("#ops", "C1")
DEV = Place("Dev", "-7", "supergroup, topics: Incidents 5")


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([], ""),
        ([OPS], "#ops C1"),
        ([OPS, DEV], "#ops C1, Dev -7 (supergroup, topics: Incidents 5)"),
        ([OPS] * (MOST + 2), ", ".join(["#ops C1"] * MOST) + ", and 2 more"),
    ],
)
def test_places_in_one_line(places: list[Place], words: str) -> None:
    assert named(places) == words


def test_a_place_in_a_list() -> None:
    assert (OPS.line, DEV.line) == ("#ops  C1", "Dev  -7  supergroup, topics: Incidents 5")
