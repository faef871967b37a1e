"""Whether a window holds a steady trend towards full, and how long that has still to go: resistant lines.

A line through the medians of the parts of a window (Tukey, Exploratory Data Analysis, 1977), here of its quarters.
"""

import numpy as np

from detectors.model import Floats

STEADY = 0.5
LASTING = 0.8
GOING_ON = 0.5
"""Shares of the mean pace: of the slowest quarter, of the last one, and since."""
CLOCK = 0.02
"""How exactly a clock falls by a second a second."""


def project(quarters: Floats, room: Floats, lags: Floats, spans: Floats, size: Floats) -> Floats:
    """[window, row] seconds until nothing is left; infinite where there is no trend to rely on.

    Args:
        quarters: [window, quarter, row] the medians of what was left in each quarter, oldest first; or NaN.
        room: [row] what is left now.
        lags: [window] seconds from the middle of the last quarter until now.
        spans: [window] seconds.
        size: [row] the change that a person would care about.
    """
    lag, span = lags[:, np.newaxis], spans[:, np.newaxis]
    paces = -np.diff(quarters, axis=1) / (span / quarters.shape[1])[:, np.newaxis]
    mean, last = paces.mean(axis=1), paces[:, -1]
    trend = (mean > 0) & (paces.min(axis=1) >= STEADY * mean) & (last >= LASTING * paces.max(axis=1))
    trend &= quarters[:, -1] - room >= GOING_ON * mean * lag
    pace = np.minimum(last, mean)
    seconds = np.divide(np.maximum(room, 0.0), pace, out=np.full(mean.shape, np.inf), where=trend)
    large = quarters[:, 0] - room >= np.minimum(size, room)
    clock = np.abs(mean - 1.0) <= CLOCK
    return np.where(clock | (large & (seconds <= span)), seconds, np.inf)
