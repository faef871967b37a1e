"""Counters: how much they grew. A counter only grows, and begins at 0 again when its process restarts."""

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf, isfinite, nan
from typing import Generic, TypeVar

# A kernel's CPU clocks now and then step back by a hair. Such a step is no restart and counts as nothing.
JITTER = 1e-3

# A series unseen for so long is forgotten. Until then its return is not mistaken for a new series' first count.
FORGET_AFTER = 3600.0

T = TypeVar("T", bound=Hashable)
K = TypeVar("K", bound=Hashable)


def increase(samples: Iterable[tuple[float, float]], start: float = -inf, end: float = inf) -> float:
    """How much a counter grew from `start` to `end`, both included.

    Samples are (time, value), in any order; of two at one time the later given counts. NaN, infinite and negative
    values are no samples. A drop is a restart from 0, so the value after it is all growth.

    Returns:
        The growth, never negative; NaN with fewer than two samples.
    """
    usable = {time: value for time, value in samples if start <= time <= end and isfinite(value) and value >= 0}
    if len(usable) < 2:
        return nan
    ordered = [usable[time] for time in sorted(usable)]
    return sum(_growth(before, after) for before, after in pairwise(ordered))


def _growth(before: float, after: float) -> float:
    if after >= before:
        return after - before
    return 0.0 if after >= before * (1 - JITTER) else after


@dataclass(slots=True)
class _Held(Generic[K]):
    """What is kept of one target: when it last answered, and the recent samples of its counters."""

    answered: float = -inf
    samples: dict[K, deque[tuple[float, float]]] = field(default_factory=dict)

    def forget(self, before: float) -> None:
        for key in [key for key, samples in self.samples.items() if samples[-1][0] < before]:
            del self.samples[key]


@dataclass(slots=True)
class History(Generic[T, K]):
    """The recent samples of many counters, from many targets. Times are of one clock that never steps back.

    span: seconds over which growth is told.
    """

    span: float
    _ticks: deque[float] = field(default_factory=deque)
    _targets: dict[T, _Held[K]] = field(default_factory=dict)

    def tick(self, time: float) -> None:
        """Begins a round of scrapes and forgets what is too old."""
        self._ticks.append(time)
        while self._ticks[0] < time - self.span:
            self._ticks.popleft()
        for held in self._targets.values():
            held.forget(time - FORGET_AFTER)
        for target in [name for name, held in self._targets.items() if held.answered < time - FORGET_AFTER]:
            del self._targets[target]

    def add(self, target: T, values: Mapping[K, float]) -> None:
        """Takes what one target answered in this round.

        A counter that a target did not have a moment ago began at 0 since then: its first count is growth, or the
        very first errors of a service would go unseen. A target that is itself new only sets the starting point.
        """
        time = self._ticks[-1]
        held = self._targets.setdefault(target, _Held())
        known = held.answered >= time - self.span
        for key, value in values.items():
            samples = held.samples.get(key)
            if samples is None:
                held.samples[key] = samples = deque([(held.answered, 0.0)] if known else [])
            samples.append((time, value))
            while samples[0][0] < time - self.span:
                samples.popleft()
        held.answered = time

    @property
    def elapsed(self) -> float:
        """Seconds that the growth covers: the span, or less just after the start."""
        return self._ticks[-1] - self._ticks[0] if self._ticks else 0.0

    def increases(self) -> Iterable[tuple[T, K, float]]:
        """(target, counter, growth over the span) of every counter with two samples in it."""
        start = self._ticks[-1] - self.span if self._ticks else -inf
        for target, held in self._targets.items():
            for key, samples in held.samples.items():
                grown = increase(samples, start)
                if isfinite(grown):
                    yield target, key, grown
