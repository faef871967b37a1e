"""Words in a picture: measured, cut to the room there is, and only of characters that the font has.

Matplotlib's own font is used, because slim images have no other. It knows Latin, Greek, Cyrillic, Arabic and more; what
it does not know is drawn as a box, once for a run: the message beside the picture says the same words.
"""

import re
import unicodedata
from typing import Literal

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from bot.chat.png_ink import BAND, DIM, SKY
from bot.domain.words import inert

DPI = 100
BOX = "\u25a1"
MOST = 200
"""Characters that could be of use at most; only these are measured."""

PATCH = 34
NO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def _font(pixels: int, weight: str = "normal") -> FontProperties:
    return FontProperties(family=["DejaVu Sans"], weight=weight, size=pixels * 72 / DPI)


TITLE, LONG_TITLE, TEXT, SMALL = _font(38, "bold"), _font(30, "bold"), _font(31), _font(28)
"""On a phone letters are three times smaller than here."""

HALF = 10
"""Half of the height of a digit of SMALL, in pixels."""

Align = Literal["left", "center", "right"]


def safe(text: str) -> str:
    """The text without controls, and without characters that the font does not have, plain and bold."""
    fonts = [get_font(findfont(one)) for one in (SMALL, TITLE)]
    drawn = [c if all(one.get_char_index(ord(c)) for one in fonts) else _instead(c) for c in inert(text)[:MOST]]
    return re.sub(f"{BOX}+", BOX, "".join(drawn)).strip()


def _instead(char: str) -> str:
    return "" if unicodedata.category(char) in NO_WIDTH else BOX


class Writer:
    """Writes on a figure; places and sizes are pixels from the left and from the top."""

    def __init__(self, figure: Figure, renderer: RendererAgg) -> None:
        self._figure = figure
        self._renderer = renderer
        self._height = figure.bbox.height

    def width(self, text: str, font: FontProperties) -> float:
        """How wide a text is."""
        width, _, _ = self._renderer.get_text_width_height_descent(text, font, ismath=False)
        return float(width)

    def fit(self, text: str, room: float, font: FontProperties) -> str:
        """The text, cut so that it fits."""
        kept = text
        while len(kept) > 1 and (wide := self.width(kept, font)) > room:
            kept = f"{kept[: min(len(kept) - 2, int(len(kept) * room / wide))].rstrip()}…"
        return kept

    def write(self, text: str, at: tuple[float, float], font: FontProperties, ink: str, align: Align = "left") -> None:
        """Puts a text with its baseline at a place. A dollar is a dollar, not the start of a formula."""
        x, top = at
        self._figure.add_artist(
            Text(
                x,
                self._height - top,
                text,
                color=ink,
                fontproperties=font,
                horizontalalignment=align,
                parse_math=False,
                usetex=False,
                transform=IdentityTransform(),
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            )
        )

    def swatch(self, text: str, at: tuple[float, float]) -> float:
        """Puts a patch of the normal range with its name so that it ends at a place; gives the room that it takes."""
        x, top = at
        self.write(text, at, SMALL, DIM, "right")
        left = x - self.width(text, SMALL) - PATCH - 12
        corner, ends = (left, self._height - top), IdentityTransform()
        self._figure.add_artist(Rectangle(corner, PATCH, 2 * HALF, facecolor=BAND, edgecolor=SKY, transform=ends))
        return x - left + PATCH
