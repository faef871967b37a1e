"""How far a value is beyond the range seen: new extremes, the strongest cheap test there is.

Of each view of a series the range is known over three memories, each of two blocks: the last full one and the one that
is being filled. A memory of blocks of n ticks thus holds the last n to 2 n. A value beyond the range of a memory by the
share e of its width gets e / (e + HALF); the mean over the three memories is the answer. So 1 is far beyond all that
was seen, and a third is far beyond what was seen lately.

That few samples are new extremes is the law of records (Renyi, Theorie des elements saillants d'une suite
d'observations, 1962): the n-th sample of a sequence without order is a record with chance 1 / n.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from detectors.columns import Columns
from detectors.courses import course
from detectors.model import Floats, Rows

MEMORIES = (1, 4, 16)
"""Blocks of the shortest length that make a block of each memory."""
WARM_UP = 300
"""Samples of a view before it is judged."""
MARGIN = 0.01
"""Less of the width beyond a range is nothing."""
HALF = 0.03
"""So much more of it is half way to certain."""
TINY = 1e-6
"""A range is at least this share of its values wide, so that the last bits of a constant are no news."""


def blank(views: int) -> dict[str, ArrayLike]:
    """The columns that `beyond` keeps, for so many views.

    low.full, low.open: the lowest of the last full block and of the one being filled, for each memory; that of the
    longer ones holds the shorter blocks that are full. high: the highest. seen: the samples of each view.
    """
    lowest = np.full((len(MEMORIES), views), np.inf)
    return {"low.full": lowest, "low.open": lowest, "high.full": -lowest, "high.open": -lowest, "seen": np.zeros(views)}


def beyond(state: Columns, views: Floats, start: int, block: int) -> tuple[Floats, Floats, Floats]:
    """Takes the views of some ticks and gives how far each value is beyond what was seen before it, 0..1.

    Args:
        state: with the columns of `blank`.
        views: [tick, view, row], NaN where there is nothing to judge.
        start: the number of ticks before these.
        block: ticks in a block of the shortest memory.

    Returns:
        [tick, view, row] how far, and the lowest and the highest value of the shortest memory before each tick.
    """
    parts = []
    for begin, end in _stretches(start, len(views), block):
        parts.append(_beyond(state, views[begin:end]))
        if (start + end) % block == 0:
            _turn(state, (start + end) // block)
    if len(parts) == 1:
        return parts[0]
    far, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
    return far, low, high


def _stretches(start: int, ticks: int, block: int) -> Iterator[tuple[int, int]]:
    """The ticks cut where a block ends."""
    begin = 0
    while begin < ticks:
        end = min(ticks, begin + block - (start + begin) % block)
        yield begin, end
        begin = end


def _beyond(state: Columns, views: Floats) -> tuple[Floats, Floats, Floats]:
    rows = views.shape[2]
    low = _before(state["low.open"][0, :, :rows], state["low.full"][0, :, :rows], views, (np.fmin, np.minimum))
    high = _before(state["high.open"][0, :, :rows], state["high.full"][0, :, :rows], views, (np.fmax, np.maximum))
    seen = state["seen"][:, :rows]
    count = course(np.add, seen, np.isfinite(views).astype(np.float64))
    seen[:] = count[-1]
    far = np.zeros(views.size)
    outside = np.flatnonzero((views < low) | (views > high))
    # Beside a new view, one that was away for longer than the shortest memory lasts is not judged.
    outside = outside[(count.ravel()[outside] > WARM_UP) & (low.ravel()[outside] < np.inf)]
    if len(outside):
        view, row = np.divmod(outside % seen.size, rows)
        ends = _ends(state, view * state["seen"].shape[1] + row, low.ravel()[outside], high.ravel()[outside])
        far[outside] = _share(views.ravel()[outside], *ends)
    return far.reshape(views.shape), low, high


def _before(now: Floats, full: Floats, views: Floats, steps: tuple[np.ufunc, np.ufunc]) -> Floats:
    """The end of the range before each tick; takes the ticks into the open block."""
    take, merge = steps  # the first passes over NaN
    end = np.empty_like(views)
    merge(now, full, out=end[0])
    if len(views) == 1:
        take(now, views[0], out=now)
        return end
    after = course(take, now, views)
    merge(after[:-1], full, out=end[1:])
    now[:] = after[-1]
    return end


def _ends(state: Columns, places: Rows, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """[memory, value]: the ranges that those of the shortest memory, `low` and `high`, are part of.

    places: of each value, in the views and rows of the state laid end to end.
    """
    flat = (state[name].reshape(len(MEMORIES), -1) for name in ("low.full", "low.open", "high.full", "high.open"))
    full, now, last, latest = (one.take(places, axis=1) for one in flat)
    lows, highs = np.minimum(full, now, out=full), np.maximum(last, latest, out=last)
    lows[0], highs[0] = low, high  # those of before: the block that is open has taken the value itself already
    return np.minimum(lows, low, out=lows), np.maximum(highs, high, out=highs)


def _share(values: Floats, lows: Floats, highs: Floats) -> Floats:
    """How far values are beyond, as a mean over the memories."""
    width = np.maximum(highs - lows, TINY * np.maximum(highs, -lows))
    past = np.maximum(np.maximum(values - highs, lows - values) - MARGIN * width, 0.0)
    share = past / (past + HALF * width)
    total: Floats = share[0] + share[1] + share[2]  # in this order, whatever the number of values
    return total / len(MEMORIES)


def _turn(state: Columns, blocks: int) -> None:
    """The shortest block is full, and what is full moves on into the longer memories."""
    for end, empty, merge in (("low", np.inf, np.minimum), ("high", -np.inf, np.maximum)):
        full, now = state[f"{end}.full"], state[f"{end}.open"]
        merge(now, now[0], out=now)
        for place, length in enumerate(MEMORIES):
            if blocks % length == 0:
                full[place], now[place] = now[place], empty
