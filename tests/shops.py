"""Seeded cases of a made-up shop: twelve services that call one another, one of which fails in a known way."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from detectors.model import Floats

FAULTS = ("cpu", "memory", "latency", "errors")
START = 1_750_000_000.0
CALLS = {0: (1, 2, 3), 1: (4, 5), 2: (5, 6), 3: (6, 7), 4: (8,), 5: (8, 9), 6: (9, 10), 7: (11,)}
"""Who calls whom; 0 is where people come in."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One case as it is to be written, with the truth."""

    seed: int
    every: float
    fault: str
    culprit: str
    names: list[str]
    values: Floats
    calls: dict[str, list[str]]

    @property
    def metric(self) -> str:
        """The metric that departs first."""
        return self.fault


def shop(seed: int, every: float = 15.0, before: int = 60, after: int = 20) -> Shop:
    """A case: `before` rows of calm, `after` rows with a fault in one service that its callers feel."""
    draw = np.random.default_rng(seed)
    services = [f"s{number:02d}" for number in draw.permutation(12)]
    culprit, fault, rows = int(draw.integers(1, 12)), FAULTS[seed % len(FAULTS)], before + after
    active = np.zeros(rows)
    active[before:] = draw.uniform(0.4, 1.0, after) * (draw.random(after) < 0.85)
    own = {kind: np.zeros((12, rows)) for kind in ("cpu", "memory", "latency", "errors")}
    own[fault][culprit] = active * draw.uniform(2.0, 6.0)
    if fault in {"cpu", "memory"}:
        own["latency"][culprit] = active * draw.uniform(1.0, 8.0)
    felt = {kind: _felt(own[kind]) for kind in ("latency", "errors")}
    load = 1 + 0.2 * np.sin(np.arange(rows) / 9.0) + 0.05 * draw.standard_normal(rows)
    names, columns = [], []
    for place, service in enumerate(services):
        spikes = (draw.random(rows) < 0.02) * draw.uniform(1.0, 6.0, rows)
        noise = {kind: 1 + 0.08 * draw.standard_normal(rows) for kind in ("cpu", "memory", "latency", "requests")}
        series = {
            "cpu": 20 * load * noise["cpu"] * (1 + own["cpu"][place]),
            "memory": 300 * noise["memory"] ** 0.3 * (1 + own["memory"][place]),
            "latency": 0.05 * draw.uniform(0.5, 3) * noise["latency"] * (1 + felt["latency"][place] + spikes),
            "errors": 0.002 * draw.random(rows) + 0.1 * felt["errors"][place],
            "requests": 50 * load * noise["requests"] / (1 + 0.1 * felt["latency"][place]),
        }
        names += [f"{service}/{kind}" for kind in series]
        columns += list(series.values())
    calls = {services[caller]: [services[one] for one in callees] for caller, callees in CALLS.items()}
    return Shop(seed, every, fault, services[culprit], names, np.array(columns).T, calls)


def write(case: Shop, folder: Path, before: int = 60, *, told: bool = True) -> Path:
    """Writes the case; told: with the call graph and the symptom, which is the latency or the errors of the entry."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "metrics.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["timestamp", *case.names])
        for row, values in enumerate(case.values):
            at = START + (row - before) * case.every
            table.writerow([f"{at:.0f}", *(f"{value:.6g}" for value in values)])
    head: dict[str, object] = {"start": datetime.fromtimestamp(START, UTC).isoformat()}
    if told:
        kind = "errors" if case.fault == "errors" else "latency"
        head |= {"symptom": f"{next(iter(case.calls))}/{kind}", "depends_on": case.calls}
    (folder / "case.yaml").write_text(json.dumps(head))  # JSON is YAML
    return folder


def _felt(
    own: Floats,
) -> Floats:
    """What callers feel of what their callees have, from the deepest up: a share, for not every request goes there."""
    felt = own.copy()
    for caller in sorted(CALLS, reverse=True):
        felt[caller] += sum(0.8 * felt[callee] for callee in CALLS[caller])
    return felt
