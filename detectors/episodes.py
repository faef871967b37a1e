"""Hygiene: an episode is told when it begins, and again only when it gets much worse.

First crossing, hold-off and re-arm. This is worth more than any method: it alone lifts a rolling z-score on NAB from
far below silence to well above it.
"""

import numpy as np
from numpy.typing import ArrayLike

from detectors.columns import Columns
from detectors.model import Floats

HOLD = 100
"""Ticks without news after which an episode is over, and what comes begins another."""
WORSE = 1.5
"""Times stronger than all that was told of an episode is news."""
LEAST = 0.03
"""Weaker evidence begins nothing."""


def blank() -> dict[str, ArrayLike]:
    """The columns that `news` keeps: when something was told last, and the strongest of its episode."""
    return {"told": -np.inf, "top": 0.0}


def news(state: Columns, evidence: Floats, start: int) -> Floats:
    """[tick, row]: the evidence where it is news, else 0.

    Args:
        state: with the columns of `blank`.
        evidence: [tick, row].
        start: the number of ticks before these.
    """
    told, top = state["told"], state["top"]
    out = np.zeros(evidence.shape)
    some = evidence > LEAST
    for tick in np.flatnonzero(some.any(axis=1)).tolist():
        rows = np.flatnonzero(some[tick])
        strength = evidence[tick, rows]
        over = start + tick - told[rows] >= HOLD
        known = np.where(over, 0.0, top[rows])
        fresh = over | (strength >= WORSE * known)
        rows = rows[fresh]
        out[tick, rows] = strength[fresh]
        top[rows] = np.maximum(known, strength)[fresh]
        told[rows] = start + tick
    return out
