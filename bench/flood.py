"""How long one tick of many log lines holds up everything else: `python -m bench.flood`."""

import argparse
import time

import numpy as np

from bot.domain.samples import LogLine, Pull
from bot.flow.eyes import Eyes

EVERY = 5.0
KINDS = (
    ("error", "card gateway {} refused order {}: connection reset by peer"),
    ("info", "GET /orders/{} 200 in {} ms"),
    ("", "worker {} cannot reach queue {}: timed out"),
    ("warning", "retrying payment {} after {} ms"),
)


def flood(lines: int, seed: int, errors: float) -> list[LogLine]:
    draw = np.random.default_rng(seed)
    weights = np.array([errors, 1 - errors, errors, 0.1])
    kinds = draw.choice(len(KINDS), lines, p=weights / weights.sum()).tolist()
    services, ids, times = (draw.integers(0, most, lines).tolist() for most in (8, 1 << 30, 900))
    return [
        LogLine(0.0, f"s{service}", KINDS[kind][1].format(one, ms), KINDS[kind][0])
        for kind, service, one, ms in zip(kinds, services, ids, times, strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    lines = parser.parse_args().lines
    for errors in (0.01, 0.9):
        eyes = Eyes(EVERY)
        for tick in range(30):
            eyes.look(Pull((), flood(100, tick, 0.05)), EVERY * tick, {})
        took = []
        for tick in range(30, 33):
            came = flood(lines, tick, errors)
            began = time.process_time()
            eyes.look(Pull((), came), EVERY * tick, {})
            took.append(time.process_time() - began)
        print(f"{lines:,} lines, {errors:4.0%} errors: {1000 * max(took):6.0f} ms of CPU the slowest of three ticks")


if __name__ == "__main__":
    main()
