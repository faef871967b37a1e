"""Throughput and memory of the bank of detectors, beside a plain EWMA z-score and river's scorer where it is installed.

Run by `make bench`; `--most 1000000` adds the largest size, which needs 3 GB. One process, one thread.
"""

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from detectors.bank import Bank
from detectors.model import Floats, Traits

EVERY = 15.0
SIZES = (1_000, 10_000, 100_000, 1_000_000)
LEARNED = 310
"""Ticks before the measured ones: past every warm-up."""
SAMPLES = 1_000_000
"""Measured at each size, at least five ticks of them."""
ALONE = 100_000
BEST_OF = 3

Tick = Callable[[float, Floats], object]


def keys_of(series: int) -> list[str]:
    return [f"bench/load{{instance={place}}}" for place in range(series)]


def rate(tick: Tick, series: int) -> float:
    """Samples a second, the best of a few runs of ticks after the warm-up. Values never repeat, as in life."""
    draw = np.random.default_rng(1)
    ticks, best = max(5, SAMPLES // series), 0.0
    for at in range(LEARNED):
        tick(EVERY * at, 50.0 + draw.standard_normal(series))
    for run in range(BEST_OF):
        took = 0.0
        for at in range(LEARNED + run * ticks, LEARNED + (run + 1) * ticks):
            values = 50.0 + draw.standard_normal(series)
            began = time.perf_counter()
            tick(EVERY * at, values)
            took += time.perf_counter() - began
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


def size_of(bank: Bank, series: int) -> float:
    """Bytes of state for each series, keys left out."""
    return sum(array.nbytes for name, array in bank.snapshot().items() if "/" in name) / series


def banks(sizes: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    """A row for each set of detectors and each size."""
    for detectors in (["novelty"], ["level"], ["level", "silence"]):
        for series in sizes:
            bank, keys = Bank(Traits(every=EVERY), detectors), keys_of(series)
            found = rate(lambda at, values, bank=bank, keys=keys: bank.update(at, keys, values), series)
            yield (
                f"bank: {', '.join(detectors)}, {series:,} series a tick",
                speed(found),
                f"{size_of(bank, series):,.0f}",
            )


def alone() -> Iterator[tuple[str, str, str]]:
    """One series: a file or a back-fill, at some cadences, and tick by tick."""
    values = 50.0 + np.random.default_rng(1).standard_normal((ALONE, 1))
    for every in (15.0, 60.0, 300.0, 3600.0):
        best = 0.0
        for _ in range(BEST_OF):
            bank = Bank(Traits(every=every), ["novelty"])
            began = time.perf_counter()
            bank.replay(np.linspace(0.0, every * ALONE, ALONE, endpoint=False), ["one"], values)
            best = max(best, ALONE / (time.perf_counter() - began))
        yield f"bank: novelty, one series replayed, a sample in {every:g} s", speed(best), ""


def peers(sizes: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    for series in sizes:
        yield f"floor: numpy EWMA z-score, {series:,} series a tick", speed(rate(floor(series), series)), "16"
    if importlib.util.find_spec("river") is None:
        yield "river GaussianScorer (not installed: pip install river)", "-", ""
        return
    from river import anomaly  # type: ignore[import-not-found,unused-ignore]  # an optional peer

    scorer, values = anomaly.GaussianScorer(window_size=None), np.random.default_rng(1).standard_normal(20_000).tolist()
    began = time.perf_counter()
    for value in values:
        scorer.score_one(None, value)
        scorer.learn_one(None, value)
    yield "river GaussianScorer, one series", speed(len(values) / (time.perf_counter() - began)), ""


def speed(found: float) -> str:
    return f"{found / 1e6:.2f}M"


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="the largest number of series (%(default)s)")
    sizes = [size for size in SIZES if size <= parser.parse_args().most]
    print(f"{'':66} {'samples/s':>10} {'bytes a series':>15}")
    for rows in (banks(sizes), alone(), peers(sizes)):
        for what, found, held in rows:
            print(f"{what:66} {found:>10} {held:>15}", flush=True)


if __name__ == "__main__":
    main()
