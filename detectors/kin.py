"""Statistics over groups of members, for all groups at once: [member] columns in, [group] or [member] columns out."""

import numpy as np

from detectors.model import Flags, Floats, Rows


class Kin:
    """Who belongs together in one tick.

    groups: [member], the group of each, 0 and up.
    """

    def __init__(self, groups: Rows) -> None:
        self.groups = groups
        self.count = int(groups.max()) + 1 if len(groups) else 0
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=self.count))])[:-1]

    def total(self, which: Flags) -> Rows:
        """[group] how many members these are."""
        return np.bincount(self.groups[which], minlength=self.count)

    def most(self, values: Floats, which: Flags) -> Floats:
        """[group] the largest value of these members; minus infinity where there is none."""
        out = np.full(self.count, -np.inf)
        np.maximum.at(out, self.groups[which], values[which])
        return out

    def median(self, values: Floats, which: Flags) -> Floats:
        """[group] the median of these members; NaN where there is none."""
        order, _ = self._order(values, which)
        return self._middle(values[order], self._starts, self.total(which), np.full(self.count, len(values)))

    def others(self, values: Floats, which: Flags) -> Floats:
        """[member] the median of these members of its group without itself; NaN where there is none."""
        order, rank = self._order(values, which)
        left = self.total(which)[self.groups] - which
        return self._middle(values[order], self._starts[self.groups], left, rank)

    def _order(self, values: Floats, which: Flags) -> tuple[Rows, Rows]:
        """The members by group and value, those that are not meant last, and the place of each within its group."""
        order = np.lexsort((values, ~which, self.groups))
        rank = np.empty(len(order), dtype=np.intp)
        rank[order] = np.arange(len(order)) - self._starts[self.groups[order]]
        return order, rank

    @staticmethod
    def _middle(ordered: Floats, starts: Rows, left: Rows, without: Rows) -> Floats:
        """The median of `left` values from each start, not counting the place `without`."""
        out = np.full(len(starts), np.nan)
        some = np.flatnonzero(left > 0)
        places = [(left[some] - 1) // 2, left[some] // 2]
        lower, upper = (ordered[starts[some] + place + (without[some] <= place)] for place in places)
        out[some] = (lower + upper) / 2.0
        return out
