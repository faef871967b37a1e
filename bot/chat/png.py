"""A picture as a PNG that can be read on a phone and told apart by every kind of eye.

Matplotlib's objects are used without pyplot, so nothing outlives a call. Importing this takes a second or so and 40 MB,
and drawing a tenth of a second: `artist.py` does both when there is something to draw, in a thread.
"""

import io
from datetime import datetime
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.chat.png_course import Course
from bot.chat.png_ink import DIM, GRID, INK, STYLES
from bot.chat.png_marks import AWAY, Place, places
from bot.chat.png_words import DPI, HALF, LONG_TITLE, SMALL, TEXT, TITLE, Align, Writer, safe
from bot.domain import axis
from bot.domain.marks import Mark
from bot.domain.picture import Picture
from bot.domain.words import clock_time, until_time

WIDTH, HEIGHT = 1200, 675
EDGE, HEAD, BOTTOM, ROW = 24, 110, 58, 40
"""Pixels around, for the title and the reading, for the times of day, and for a row of marks."""

MOST_ROWS = 5
MOST_LABEL = 440
KEY = "normal range"
SHORT = 600.0
"""Seconds of a picture up to which moments are told with their seconds."""


def draw(one: Picture) -> bytes:
    """The picture as a PNG of 1200 x 675 pixels. The same picture gives the same bytes."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    _Sheet(one, Writer(figure, canvas.get_renderer())).fill(figure)
    out = io.BytesIO()
    canvas.print_png(out, metadata={"Software": None})
    return out.getvalue()


class _Sheet:
    """A picture on its way to paper. Pixels are from the left and from the top."""

    def __init__(self, one: Picture, writer: Writer) -> None:
        self._one = one
        self._writer = writer
        self._course = Course(one)
        self._levels = axis.words(self._course.levels, one.unit)
        self._left = EDGE + max(writer.width(text, SMALL) for text in self._levels) + 10
        self._right = WIDTH - EDGE - 10
        self._labels = [self._label(mark) for mark in one.marks]
        wide = [writer.width(label, SMALL) for label in self._labels]
        self._places = places(list(zip([self._x(mark.at) for mark in one.marks], wide, strict=True)), WIDTH - EDGE)
        rows = min(MOST_ROWS, max((place.row + 1 for place in self._places), default=0))
        self._top = HEAD + ROW * rows + 14

    def fill(self, figure: Figure) -> None:
        """Draws everything."""
        height = HEIGHT - BOTTOM - self._top
        box = (self._left / WIDTH, BOTTOM / HEIGHT, (self._right - self._left) / WIDTH, height / HEIGHT)
        axes = figure.add_axes(box)
        axes.set_axis_off()
        axes.set_xlim(0, self._one.until - self._one.from_)
        axes.set_ylim(*self._course.limits)
        self._head()
        self._grid(axes)
        self._course.draw(axes)
        for mark, label, place in zip(self._one.marks, self._labels, self._places, strict=True):
            self._mark(axes, mark, label, place)

    def _x(self, at: float) -> float:
        share = (at - self._one.from_) / (self._one.until - self._one.from_)
        return self._left + share * (self._right - self._left)

    def _label(self, mark: Mark) -> str:
        told = clock_time if self._one.until - self._one.from_ < SHORT else until_time
        when = told(mark.at, self._one.zone)
        return f"{self._writer.fit(safe(mark.label), MOST_LABEL, SMALL)} {when}"

    def _head(self) -> None:
        write, one = self._writer, self._one
        day = f"{datetime.fromtimestamp(one.until, one.zone):%d %b %Z}"
        title, room = safe(one.title), WIDTH - 3 * EDGE - write.width(day, SMALL)
        font = TITLE if write.width(title, TITLE) <= room else LONG_TITLE
        write.write(write.fit(title, room, font), (EDGE, 46), font, INK)
        write.write(day, (WIDTH - EDGE, 46), SMALL, DIM, "right")
        key = write.swatch(KEY, (WIDTH - EDGE, 92)) if self._course.banded else 0.0
        write.write(write.fit(safe(one.reading), WIDTH - 2 * EDGE - key, TEXT), (EDGE, 92), TEXT, INK)

    def _grid(self, axes: Axes) -> None:
        span = self._one.until - self._one.from_
        for level, text in zip(self._course.levels, self._levels, strict=True):
            axes.plot([0, span], [level, level], color=GRID, linewidth=1.5, zorder=0)
            share = (level - self._course.limits[0]) / (self._course.limits[1] - self._course.limits[0])
            top = HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - self._top)
            self._writer.write(text, (self._left - 10, top + HALF), SMALL, DIM, "right")
        for at, text in axis.times(self._one.from_, self._one.until, self._one.zone):
            half = self._writer.width(text, SMALL) / 2
            middle = min(max(self._x(at), EDGE + half), WIDTH - EDGE - half)
            self._writer.write(text, (middle, HEIGHT - 16), SMALL, DIM, "center")
            axes.plot([at - self._one.from_] * 2, [0, -0.02], color=DIM, **_upright(axes))

    def _mark(self, axes: Axes, mark: Mark, label: str, place: Place) -> None:
        color, sign, line = STYLES[mark.kind]
        said = place.row < MOST_ROWS
        top = HEAD + ROW * (place.row + 0.5) if said else self._top
        x, share = mark.at - self._one.from_, (HEIGHT - BOTTOM - top) / (HEIGHT - BOTTOM - self._top)
        upright = _upright(axes)
        axes.plot([x, x], [0, share], color=color, linestyle=line, linewidth=3, zorder=7, **upright)
        axes.plot([x], [share], sign, color=color, markersize=15, markeredgecolor="white", zorder=8, **upright)
        if said:
            side: tuple[float, Align] = (AWAY, "left") if place.rightwards else (-AWAY, "right")
            self._writer.write(label, (self._x(mark.at) + side[0], top + HALF), SMALL, INK, side[1])


def _upright(axes: Axes) -> dict[str, Any]:
    """For what is placed by its time, and by its height as a share of the plot; it may reach above it."""
    return {"transform": axes.get_xaxis_transform(), "clip_on": False}
