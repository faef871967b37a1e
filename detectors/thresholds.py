"""Thresholds that were moved: a score s is at s / (1 - s) times its limit, so 0.5 is at the shipped one."""

import numpy as np

from detectors.model import Flags, Floats, Rows, Scores


def beyond(scores: Scores, rows: Rows, factors: Floats | None) -> Flags:
    """[row] what is anomalous in the last tick when some thresholds are so many times as wide as the shipped ones.

    Args:
        scores: of a detector.
        rows: the rows whose threshold may have moved; others may stand among them as -1.
        factors: of each of these; None: none moved.
    """
    shipped: Flags = scores.anomalous[-1]
    if factors is None:
        return shipped
    known = (rows >= 0) & (rows < len(shipped))
    factor = np.ones(len(shipped))
    factor[rows[known]] = factors[known]
    score = np.nan_to_num(scores.score[-1])
    moved: Flags = np.where(factor == 1.0, shipped, (score > 0.0) & (score >= factor / (1.0 + factor)))
    return moved
