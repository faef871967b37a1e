"""Error ratios: shares between 0 and 1 that are zero nearly always.

The method is that of `detectors.level`, with what is known of error ratios: up is bad, a small bump is never worth a
word, a ratio must double (or, from a half on, lose half of what was good) to be news, and errors at the same hour
every day are no habit to get used to.
"""

from dataclasses import replace

import numpy as np

from detectors.level import Level
from detectors.model import Floats, Scores, Traits

LEAST = 0.01
"""The smallest step of a ratio that can be anomalous, whatever the traits say."""


class Ratio(Level):
    """A detector of error ratios that rise. Values outside 0..1 are taken as the nearer end."""

    habitual = False
    adopts = False  # failing requests are never normal, however long they fail
    enough = 0.25  # nobody gets used to every fourth request failing

    def __init__(self, traits: Traits) -> None:
        super().__init__(replace(traits, bad="up", floor=0.0, ceiling=1.0, minimum=max(traits.minimum, LEAST)))

    def update(self, times: Floats, values: Floats) -> Scores:
        """Takes a ratio for each of the first rows (NaN where none came) at each of these times, and scores it."""
        return super().update(times, np.clip(values, 0.0, 1.0))

    def _practical(self, mean: Floats) -> Floats:
        return np.maximum(self._traits.minimum, np.minimum(mean, (1.0 - mean) / 2.0))
