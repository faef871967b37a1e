"""The shop's metrics as a function of time: calm with seeded noise, and a fault that spreads to the callers."""

import math
import random
from dataclasses import dataclass, field

from bot.domain.samples import Query
from tests.fakes.source import ERRORS, LATENCY, MEMORY, REQUESTS

SERVICES = ("storefront", "checkout", "payments", "catalog")


@dataclass
class Shop:
    """`sick` maps a service to (error ratio, latency in seconds) on top of the calm; `traffic` is a factor."""

    sick: dict[str, tuple[float, float]] = field(default_factory=dict)
    traffic: float = 1.0
    missing: frozenset[str] = frozenset()
    seed: int = 7

    def __call__(self, time: float) -> dict[Query, dict[str, float]]:
        noise = random.Random(f"{self.seed}:{time}")
        rows: dict[Query, dict[str, float]] = {ERRORS: {}, LATENCY: {}, REQUESTS: {}, MEMORY: {}}
        for service in SERVICES:
            if service in self.missing:
                continue
            errors, latency = self.sick.get(service, (0.0, 0.0))
            rows[ERRORS][service] = min(1.0, max(0.0, errors + noise.gauss(0, 0.03) * bool(errors)))
            rows[LATENCY][service] = 0.02 * math.exp(noise.gauss(0, 0.15)) + latency * noise.uniform(0.9, 1.1)
            rows[REQUESTS][service] = 25.0 * self.traffic * noise.uniform(0.95, 1.05)
            rows[MEMORY][service] = 5e7 * noise.uniform(0.99, 1.01)
        return rows
