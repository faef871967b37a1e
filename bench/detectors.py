"""One size of the bank of detectors: CPU time and memory. A child of `bench.scale`; prints a JSON list of rows.

The clock is the CPU time of the process, which other work on the machine changes little.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator
from time import process_time

import numpy as np

from detectors.bank import Bank
from detectors.model import Floats, Traits

EVERY = 15.0
LEARNED = 310
"""Ticks before the measured ones: past every warm-up."""
SAMPLES = 1_000_000
"""Measured in each run, at least five ticks of them."""
ALONE = 100_000
BEST_OF = 3

Tick = Callable[[float, Floats], object]
Row = dict[str, str | float]


def peak() -> float:
    """The most memory that this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rate(tick: Tick, series: int) -> float:
    """Samples a second of CPU, the best of a few runs of ticks after the warm-up. Values never repeat, as in life."""
    draw = np.random.default_rng(1)
    ticks, best = max(5, SAMPLES // series), 0.0
    for at in range(LEARNED):
        tick(EVERY * at, 50.0 + draw.standard_normal(series))
    for run in range(BEST_OF):
        took = 0.0
        for at in range(LEARNED + run * ticks, LEARNED + (run + 1) * ticks):
            values = 50.0 + draw.standard_normal(series)
            began = process_time()
            tick(EVERY * at, values)
            took += process_time() - began
        best = max(best, ticks * series / took)
    return best


def floor(series: int) -> Tick:
    """An EWMA mean and variance, and |z| > 4: the least that could be called a detector."""
    mean, variance = np.full(series, 50.0), np.ones(series)

    def tick(_time: float, values: Floats) -> object:
        nonlocal mean, variance
        move = values - mean
        far = np.abs(move) > 4.0 * np.sqrt(variance)
        mean += 0.05 * move
        variance += 0.05 * (move * move - variance)
        return far

    return tick


def many(detector: str, series: int) -> Row:
    """A tick of so many series."""
    if detector == "floor":
        return {"what": "numpy EWMA z-score", "rate": rate(floor(series), series), "peak": peak(), "bytes": 16.0}
    bank, keys = Bank(Traits(every=EVERY), [detector]), tuple(f"bench/load{{instance={at}}}" for at in range(series))
    found = rate(lambda at, values: bank.update(at, keys, values), series)
    state = sum(array.nbytes for name, array in bank.snapshot().items() if "/" in name) / series
    return {"what": f"bank: {detector}", "rate": found, "peak": peak(), "bytes": state}


def alone() -> Iterator[Row]:
    """One series: a file or a back-fill, at some cadences."""
    values = 50.0 + np.random.default_rng(1).standard_normal((ALONE, 1))
    for every in (15.0, 60.0, 300.0, 3600.0):
        best = 0.0
        for _ in range(BEST_OF):
            bank = Bank(Traits(every=every), ["novelty"])
            began = process_time()
            bank.replay(np.linspace(0.0, every * ALONE, ALONE, endpoint=False), ["one"], values)
            best = max(best, ALONE / (process_time() - began))
        yield {"what": f"bank: novelty, a sample in {every:g} s", "rate": best}


if __name__ == "__main__":
    name, size = sys.argv[1], int(sys.argv[2])
    print(json.dumps(list(alone()) if size == 1 else [many(name, size)]))
