"""A series that moves with nearly every sample, and stands still: a stuck exporter or a frozen process.

The share of samples that repeat the one before is counted. Where it was under SELDOM before a run of repeats began, a
run of LONG is a chance of less than SELDOM ** LONG.
"""

import numpy as np
from numpy.typing import ArrayLike

from detectors.columns import Columns
from detectors.courses import course
from detectors.model import Flags, Floats

SELDOM = 0.25
LONG = 30
WARM_UP = 300
"""Samples before the run whose repeats were counted."""


def blank() -> dict[str, ArrayLike]:
    """The columns that `standing` keeps: the last value, the run of repeats that it ends, and all repeats."""
    return {"last": np.nan, "run": 0.0, "repeats": 0.0}


def standing(state: Columns, values: Floats, counts: Floats) -> Flags:
    """[tick, row]: whether a run of repeats has become LONG, but is not yet twice that, and repeats were seldom.

    Args:
        state: with the columns of `blank`.
        values: [tick, row]; NaN, where nothing came, ends a run.
        counts: [tick, row], the samples up to and with each.
    """
    rows = values.shape[1]
    last, run, repeats = (state[name][:rows] for name in ("last", "run", "repeats"))
    before = np.concatenate([last[np.newaxis], values[:-1]]) if len(values) > 1 else last[np.newaxis]
    same = values == before
    runs = _runs(same, run)
    totals = course(np.add, repeats, same.astype(np.float64))
    last[:], run[:], repeats[:] = values[-1], runs[-1], totals[-1]
    long = runs >= LONG
    if long.any():
        earlier = counts - runs
        long &= runs < 2 * LONG
        long &= (earlier >= WARM_UP) & (totals - runs < SELDOM * earlier)
    return long


def _runs(same: Flags, run: Floats) -> Floats:
    """The length of the run of repeats at each tick, where `run` is the one before the first."""
    if len(same) == 1:
        once: Floats = (run + 1.0) * same
        return once
    ticks = np.arange(len(same))[:, np.newaxis]
    broken = np.maximum.accumulate(np.where(same, -1, ticks), axis=0)
    lengths: Floats = np.where(broken < 0, run + ticks + 1.0, ticks - broken)
    return lengths
