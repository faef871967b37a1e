"""Pictures as PNGs: what is in them, looked up in their pixels, and that nothing odd breaks them."""

import io
import math
from dataclasses import replace
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageColor

from bot.chat.png import HEIGHT, WIDTH, draw
from bot.chat.png_ink import BAND, BLUE, GREEN, ORANGE, PURPLE, STYLES, VERMILION
from bot.domain.charts import Point
from bot.domain.marks import Mark
from bot.domain.picture import Picture, picture
from tests import builders as make
from tests.builders import T

BERLIN = ZoneInfo("Europe/Berlin")
CALM = [Point(T - 600 + at * 5, 0.1, 0.1, 0.08, 0.12) for at in range(120)]
BASE = Picture("payments: errors", "34% at 09:03, normally 10%", "ratio", T - 600, T + 600, tuple(CALM), (), UTC, "")


def decoded(one: Picture) -> NDArray[np.uint8]:
    """The pixels of a picture that a chat takes: Telegram's limits are 10 MB, 10,000 pixels around, 20 to 1."""
    png = draw(one)
    assert len(png) < 200_000
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        image.load()
        assert image.size == (WIDTH, HEIGHT)
        return np.asarray(image.convert("RGB"))


def pixels(one: Picture, color: str) -> int:
    return int((decoded(one) == ImageColor.getrgb(color)).all(axis=2).sum())


def marked(*marks: Mark) -> Picture:
    return replace(BASE, marks=marks)


def test_a_calm_course_shows_its_band_and_its_line_and_nothing_else() -> None:
    assert pixels(BASE, BAND) > 5_000
    assert pixels(BASE, BLUE) > 1_000
    for color in (VERMILION, ORANGE, GREEN, PURPLE):
        assert pixels(BASE, color) == 0


def test_what_is_outside_of_normal_is_loud() -> None:
    odd = [Point(T + at * 5, 0.9, 0.1, 0.08, 0.12) for at in range(60)]
    assert pixels(replace(BASE, points=(*CALM, *odd)), VERMILION) > 1_000


def test_without_a_band_there_is_no_word_of_one() -> None:
    bare = [replace(point, low=None, high=None) for point in CALM]
    assert pixels(replace(BASE, points=tuple(bare)), BAND) == 0


def test_each_mark_is_a_line_of_its_colour_at_its_moment() -> None:
    times = {kind: T - 480 + 160 * place for place, kind in enumerate(STYLES)}
    found = decoded(marked(*(Mark(at, kind, "it", "it") for kind, at in times.items())))[300:]
    for kind, at in times.items():
        color = ImageColor.getrgb(STYLES[kind][0])
        columns = np.flatnonzero((found == color).all(axis=2).sum(axis=0) > 60)
        there = 95 + (at - BASE.from_) / 1200 * 1075
        assert len(columns[np.abs(columns - there) < 12]) >= 2, kind


def test_every_kind_is_told_by_its_sign_or_its_line_too() -> None:
    good = {"recovered", "resolved"}
    assert len({style[1:] for style in STYLES.values()}) == len(STYLES) - len(good) + 1
    assert len({kind in good or style[0] for kind, style in STYLES.items()}) == len(STYLES) - len(good) + 1


def odd(**over: Any) -> Picture:
    return replace(BASE, **over)


def steps(*values: float | None) -> tuple[Point, ...]:
    return tuple(Point(T + at, value, None, None, None) for at, value in enumerate(values))


EVERYWHERE = [Mark(T, kind, "w" * 300, f"{kind} " + "w" * 300) for kind in STYLES] * 9


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(odd(points=steps(0.3)), id="one point"),
        pytest.param(odd(points=steps(None, 5.0, None, None, 7.0, None), unit="count"), id="points without neighbours"),
        pytest.param(odd(points=steps(*[4.2e9] * 50), unit="bytes"), id="all equal"),
        pytest.param(odd(points=steps(*[0.0] * 50), unit="seconds"), id="all zero"),
        pytest.param(odd(points=steps(-1e30, 1e30), unit="per_second"), id="as far as it goes"),
        pytest.param(odd(points=steps(1e-320, 5e-324), unit="count"), id="hardly anything"),
        pytest.param(odd(points=steps(1.0, 0.0, 1.0), unit="bool"), id="up and down"),
        pytest.param(odd(points=steps(*(math.sin(at) for at in range(10_000))), until=T + 10_000), id="10,000 points"),
        pytest.param(odd(marks=tuple(EVERYWHERE)), id="54 marks at one moment"),
        pytest.param(odd(title="W" * 300, reading="W" * 300, until=T + 3e7, zone=BERLIN), id="long words and times"),
        pytest.param(odd(title="$\\frac{x}$ <b> \u202e支払い🔥", reading="\x00\n", unit="?"), id="odd words"),
        pytest.param(odd(title="", reading="", unit=""), id="no words"),
    ],
)
def test_odd_pictures_are_drawn_too(one: Picture) -> None:
    assert (decoded(one) != 255).any(axis=2).sum() > 1_000


NUMBER = st.none() | st.floats(width=32) | st.floats()
POINTS = st.lists(st.tuples(st.floats(0, 5e4), *[NUMBER] * 4), min_size=1, max_size=40)


@settings(max_examples=8, deadline=None)
@given(POINTS, st.text(max_size=300), st.sampled_from(["ratio", "seconds", "bytes", "per_second", "bool", "count"]))
def test_whatever_was_kept_of_an_incident_can_be_drawn(points: Any, words: str, unit: str) -> None:
    signal = make.signal(unit=unit, title=words)
    pieces = tuple(make.evidence(f"E{at}", at=T + at, subject=words) for at in range(5))
    one = make.incident(signal, evidence=pieces)
    found = picture(
        make.dossier(one), [make.chart(signal, (Point(T - 600 + at, *rest) for at, *rest in points))], BERLIN
    )
    if found is not None:
        decoded(found)
