"""Where the words of marks go: each beside its own line, none on top of another. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 14.0
"""Pixels between two labels in a row."""

SIGN = 13.0
"""Half of the width of a mark's sign, in pixels."""

AWAY = 22.0
"""Pixels from a line to its words."""


@dataclass(frozen=True, slots=True)
class Place:
    """The row from the top of a mark's words, and their side of its line; `left` to `right` is all that they take."""

    row: int
    rightwards: bool
    left: float
    right: float


def places(marks: Sequence[tuple[float, float]], until: float) -> list[Place]:
    """A place for the words of each mark.

    Words go to the right of their line where there is room. Lines go down from their own row: so of words that go to
    the right the earliest are on top, and of those that go to the left the latest; then no line crosses other words.

    Args:
        marks: where each is and how wide its words are, in pixels, in order of time.
        until: where the picture ends on the right.
    """
    right = [one for one, (at, wide) in enumerate(marks) if at + AWAY + wide <= until]
    left = [one for one in reversed(range(len(marks))) if one not in right]
    placed: dict[int, Place] = {}
    for one in (*right, *left):
        at, wide = marks[one]
        from_, to = (at - SIGN, at + AWAY + wide) if one in right else (at - AWAY - wide, at + SIGN)
        above = [other.row for other in placed.values() if from_ < other.right + GAP and other.left < to + GAP]
        placed[one] = Place(max(above, default=-1) + 1, one in right, from_, to)
    return [placed[one] for one in range(len(marks))]
