"""Where the words of marks go."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.png_marks import AWAY, Place, places

UNTIL = 1000.0


def sides(*marks: tuple[float, float]) -> list[tuple[int, bool]]:
    return [(one.row, one.rightwards) for one in places(marks, UNTIL)]


def test_words_go_to_the_right_of_their_line_where_there_is_room() -> None:
    assert sides((100.0, 200.0), (900.0, 200.0)) == [(0, True), (0, False)]


def test_words_that_would_touch_are_in_rows_so_that_no_line_crosses_them() -> None:
    assert sides((100.0, 200.0), (110.0, 200.0), (120.0, 200.0)) == [(0, True), (1, True), (2, True)]
    assert sides((880.0, 200.0), (890.0, 200.0), (900.0, 200.0)) == [(2, False), (1, False), (0, False)]


def test_no_marks_no_places() -> None:
    assert places([], UNTIL) == []


@given(st.lists(st.tuples(st.floats(100, UNTIL), st.floats(10, 440)), max_size=12).map(sorted))
def test_no_two_are_on_top_of_each_other(marks: list[tuple[float, float]]) -> None:
    found = places(marks, UNTIL)
    for place, (at, wide) in zip(found, marks, strict=True):
        assert place.right - place.left >= wide + AWAY
        assert place.rightwards == (at + AWAY + wide <= UNTIL)
    assert not any(touch(one, other) for at, one in enumerate(found) for other in found[at + 1 :])


def touch(one: Place, other: Place) -> bool:
    return one.row == other.row and one.left < other.right and other.left < one.right
