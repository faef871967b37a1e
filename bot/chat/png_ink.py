"""Colours and signs of pictures: of the palette of Okabe and Ito (2008), which colour-blind people can tell apart."""

from collections.abc import Mapping

from bot.domain.marks import MarkKind

INK, DIM, GRID = "#000000", "#4d4d4d", "#dddddd"
BLUE, SKY, VERMILION, ORANGE, GREEN, PURPLE = "#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#cc79a7"
BAND = "#c4e4f7"
"""The normal range: sky blue at about a third, over white."""

STYLES: Mapping[MarkKind, tuple[str, str, str]] = {
    "onset": (VERMILION, "D", "--"),
    "deployment": (PURPLE, "s", "-."),
    "action": (ORANGE, "^", "-"),
    "recovered": (GREEN, "o", ":"),
    "not_recovered": (INK, "X", ":"),
    "resolved": (GREEN, "o", ":"),
}
"""Colour, sign and line of each kind of mark; each is told from the others by its sign and line alone, too."""
