"""Whether enough of a group's series are out of their ranges together: a rate over the group.

The evidence of all series (`detectors.together`) is summed and divided by their number plus CALM, as if so many more
were watched that are always calm. So one series alone must be far out, and of many a share must be. Between STAY of the
limit and the limit nothing is said, neither that an episode goes on nor that it is over: that is the hysteresis.
"""

import numpy as np

from detectors.model import Floats, Rows

CALM = 40.0
LIMIT = 0.0036
"""The rate that is too much: docs/detectors.md says what other limits give."""
STAY = 0.8


def sums(groups: Rows, evidence: Floats, size: int) -> tuple[Floats, Rows]:
    """The evidence of each group, and how many series it counts.

    Args:
        groups: [series], the group of each.
        evidence: [series], 0..1; NaN where a series is still learning or has no sample: it is not counted.
        size: the number of groups.
    """
    known = np.isfinite(evidence)
    total = np.bincount(groups[known], weights=evidence[known], minlength=size).astype(np.float64)
    return total, np.bincount(groups[known], minlength=size)


def rate(total: float, count: int) -> float:
    """The rate of a group, 0..1."""
    return total / (count + CALM)


def score(total: float, count: int) -> float:
    """The rate as a score, 0..1: 0.5 at the limit."""
    return rate(total, count) / (rate(total, count) + LIMIT)
