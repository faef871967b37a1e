"""What goes into a detector and what comes out: traits of a query, columns of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
Bad = Literal["up", "down", "both"]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of every series of one query, before a sample is seen.

    bad: the direction that harms.
    floor, ceiling: the range that values can have, in the query's unit.
    minimum: the smallest difference from the baseline, in the query's unit, that a person would care about.
    relative: the same, as a share of the baseline's level; both must be passed.
    every: seconds between samples.
    full: where nothing is left, for what fills up or runs out over hours: 100 percent of a disk, 0 seconds of a
        certificate. None for the rest.
    ahead: how many seconds before it is full a person wants to know.
    alone: for what users do not meet, such as the CPU of a machine: the value from which it is trouble by itself, soon
        after the first sample. Below it, that is so only in company, or when it is known well and lasts.
    """

    bad: Bad = "both"
    floor: float = float("-inf")
    ceiling: float = float("inf")
    minimum: float = 0.0
    relative: float = 0.1
    every: float = 15.0
    full: float | None = None
    ahead: float = 86400.0
    alone: float = float("-inf")


@dataclass(frozen=True, slots=True)
class Scores:
    """A detector's answer to some ticks: [tick, row] in every column.

    score: 0..1, how unlike normal; `anomalous` is the decision at the shipped limit, which is a score of 0.5.
    expected, low, high: the baseline and its band, in the query's unit; NaN while still learning or without a sample.
    """

    score: Floats
    anomalous: Flags
    expected: Floats
    low: Floats
    high: Floats


class Detector(Protocol):
    """One method with the columnar state of all its series."""

    def resize(self, rows: int) -> None:
        """Makes room for this many rows; new ones know nothing."""
        ...

    def reset(self, rows: Rows) -> None:
        """Forgets these rows, so that new series can have them."""
        ...

    def update(self, times: Floats, values: Floats) -> Scores:
        """Takes a sample for each of the first rows (NaN where none came) at each of these times, and scores it.

        However ticks are cut into calls, the scores are the same to the last bit.

        Args:
            times: [tick], epoch seconds, ascending; at least one.
            values: [tick, row].
        """
        ...

    def snapshot(self) -> Mapping[str, NDArray[np.generic]]:
        """The state as named arrays."""
        ...

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one of this detector's."""
        ...


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One detector's statement about one series at one moment. `age`: seconds since the series was first seen."""

    key: str
    detector: str
    time: float
    value: float
    score: float
    expected: float
    low: float
    high: float
    age: float = float("inf")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one tick of a bank says.

    anomalies: one for each series and detector that is anomalous now.
    seen: the keys with a finite value in this tick: only they can clear. A series that fell silent is not seen, so its
        anomalies stay until it comes again (then it is seen, and clears) or is gone.
    gone: the keys that did not come for so long that the bank forgot them: whatever was said of them ends here.
    """

    anomalies: Sequence[Anomaly] = ()
    seen: Sequence[str] = ()
    gone: Sequence[str] = ()
