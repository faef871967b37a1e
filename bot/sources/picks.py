"""What a round of scrapes saw, and how some of its series are picked and put together."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Labels: TypeAlias = Mapping[str, str]
Point: TypeAlias = tuple[Labels, float]
Group: TypeAlias = tuple[tuple[str, str], ...]
Grouping: TypeAlias = Callable[[Labels], Group]
Grouped: TypeAlias = dict[Group, float]


@dataclass(frozen=True, slots=True)
class Observed:
    """What a round of scrapes saw, by metric name.

    latest: the values of this round.
    increases: how much each counter grew over the last `elapsed` seconds.
    now: the time of this round, epoch seconds.
    """

    latest: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    increases: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    elapsed: float = 0.0
    now: float = nan


class Data(BaseModel):
    """What a pack's YAML says: nothing unknown, nothing that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Pick(Data):
    """Some series of the first of `metrics` that a group has. With `labels`, one of them must match `like` in full."""

    metrics: tuple[str, ...] = Field(min_length=1)
    labels: tuple[str, ...] = ()
    like: str = ".+"
    take: Literal["sum", "min", "max", "count"] = "sum"

    def of(self, points: Mapping[str, Sequence[Point]], group: Grouping) -> Grouped:
        """One value for each group."""
        found: Grouped = {}
        for metric in self.metrics:
            for key, values in _gather(self._matching(points.get(metric, ())), group).items():
                found.setdefault(key, _TAKE[self.take](values))
        return found

    def _matching(self, points: Iterable[Point]) -> Iterable[Point]:
        pattern = re.compile(self.like)
        for labels, value in points:
            if isfinite(value) and (
                not self.labels or any(pattern.fullmatch(labels.get(name, "")) for name in self.labels)
            ):
                yield labels, value


_TAKE: dict[str, Callable[[Sequence[float]], float]] = {"sum": sum, "min": min, "max": max, "count": len}


def _gather(points: Iterable[Point], group: Grouping) -> dict[Group, list[float]]:
    gathered: dict[Group, list[float]] = {}
    for labels, value in points:
        gathered.setdefault(group(labels), []).append(value)
    return gathered
