from itertools import permutations

from bot.domain.evidence import number
from tests.builders import T, evidence


def test_pieces_are_numbered_in_order_of_time_whatever_order_they_come_in() -> None:
    late = evidence("", text="late", at=T + 5)
    early = evidence("", text="early", at=T - 5)
    same = evidence("", text="zzz", at=T - 5)
    for given in permutations((late, early, same)):
        assert [(piece.id, piece.text) for piece in number(given)] == [("E1", "early"), ("E2", "zzz"), ("E3", "late")]


def test_old_ids_do_not_stay() -> None:
    assert [piece.id for piece in number([evidence("E7"), evidence("E7", at=T)])] == ["E1", "E2"]
    assert number([]) == ()
