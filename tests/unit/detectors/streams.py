"""Seeded series for the tests of the detectors, and a way to run them."""

from collections.abc import Sequence

import numpy as np

from detectors.bank import Bank
from detectors.model import Flags, Floats, Traits, Verdict

START = 1_700_006_400.0
"""Midnight, UTC."""


def calm(ticks: int, series: int = 1, noise: float = 0.02, seed: int = 7) -> Floats:
    """[tick, series] around 100, with normal noise as a share of the level."""
    return 100.0 * (1.0 + noise * np.random.default_rng(seed).standard_normal((ticks, series)))


def node(days: int, series: int, every: float, backup: bool = True, seed: int = 1) -> Floats:
    """[tick, series] like a node's CPU: daily rhythm of 30%, correlated noise of 3%, a backup after two every night."""
    rng = np.random.default_rng(seed)
    times = np.arange(0.0, days * 86400.0, every)[:, np.newaxis]
    level = rng.uniform(20.0, 60.0, series)
    noise = rng.standard_normal((len(times), series))
    for tick in range(1, len(times)):
        noise[tick] = 0.9 * noise[tick - 1] + 0.436 * noise[tick]
    values = level * (1.0 + 0.3 * np.sin(2 * np.pi * (times / 86400.0 + rng.uniform(0.0, 1.0, series))))
    values *= 1.0 + 0.03 * noise
    for day in range(days if backup else 0):
        begin = day * 86400.0 + 7200.0 + rng.uniform(0.0, 300.0, series)
        on = (times >= begin) & (times < begin + rng.uniform(600.0, 1200.0, series))
        values = np.where(on, values + level * rng.uniform(0.5, 0.9, series), values)
    return values


def clock(ticks: int, every: float) -> Floats:
    """The times of so many ticks from START on."""
    return np.linspace(START, START + every * ticks, ticks, endpoint=False)


def keys_of(values: Floats) -> Sequence[str]:
    """A key for each column."""
    return [f"s{column}" for column in range(values.shape[1])]


def run(bank: Bank, values: Floats, every: float, start: float = START) -> list[Verdict]:
    """One verdict a tick."""
    keys = keys_of(values)
    return [bank.update(start + tick * every, keys, row) for tick, row in enumerate(values)]


def flags(values: Floats, traits: Traits, detector: str = "level") -> Flags:
    """[tick, series]: where a fresh bank finds an anomaly."""
    keys = keys_of(values)
    verdicts = run(Bank(traits, [detector]), values, traits.every)
    told = [{one.key for one in verdict.anomalies} for verdict in verdicts]
    return np.array([[key in anomalous for key in keys] for anomalous in told])


def episodes(anomalous: Flags, debounce: int = 2, clear_after: int = 5) -> list[int]:
    """The ticks at which a signal would fire, over all series."""
    ticks = []
    for column in anomalous.T:
        bad = good = 0
        firing = False
        for tick, now in enumerate(column):
            bad, good = (bad + 1, 0) if now else (0, good + 1)
            if bad >= debounce and not firing:
                firing = True
                ticks.append(tick)
            firing = firing and good < clear_after
    return sorted(ticks)
