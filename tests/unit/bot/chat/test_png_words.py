"""Words in a picture: only what the font has, and no longer than the room."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.chat.png_words import BOX, MOST, SMALL, TITLE, Writer, safe

FIGURE = Figure(figsize=(12, 6.75), dpi=100)
WRITER = Writer(FIGURE, FigureCanvasAgg(FIGURE).get_renderer())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("payments: errors", "payments: errors"),
        ("$x^2$ \\frac{1}{2}", "$x^2$ \\frac{1}{2}"),
        ("Überweisung, оплата, πληρωμή", "Überweisung, оплата, πληρωμή"),
        ("支払い errors 🔥🔥", f"{BOX} errors {BOX}"),
        ("a\x00b\x1b[31m\u202ec\ud800", "a b [31m c"),
        ("fire\u1ab0", "fire"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_only_what_the_font_has(text: str, shown: str) -> None:
    assert safe(text) == shown


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=300), st.floats(50, 1000))
def test_whatever_is_said_fits(text: str, room: float) -> None:
    shown = safe(text)
    assert len(shown) <= MOST
    for font in (SMALL, TITLE):
        kept = WRITER.fit(shown, room, font)
        assert WRITER.width(kept, font) <= room
        assert kept == shown or kept.endswith("…")


def test_what_fits_is_kept() -> None:
    assert WRITER.fit("payments", 1000, SMALL) == "payments"
    assert WRITER.fit("payments: " + "errors " * 20, 400, SMALL).startswith("payments: errors")
    assert WRITER.fit("W" * 20, 1, SMALL) == "…"
