"""One sick instance of a service that is well on the whole: one incident, which names it."""

import random
import re
from collections.abc import Callable

import numpy as np

from bot.domain import filing
from bot.domain.samples import Batch, Pull, Query, Series, Window, series_key
from bot.domain.topology import Topology
from bot.flow.watch import Scope, Watch
from bot.store.store import SqlStore
from detectors.model import Traits
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import House

EVERY = 60.0
TRAITS = Traits("up", 0, minimum=0.05, relative=1.0, every=EVERY)
QUERY = Query("http_instance_latency_p95", "latency (95th percentile)", "seconds", TRAITS, ("siblings",))


class Pods:
    """A source of the latencies of some pods; `slow` holds those that take 840 ms from birth."""

    name, every, reach = "shop", EVERY, 0.0

    def __init__(self) -> None:
        self.pods = [f"checkout-{number}" for number in range(5)]
        self.slow: set[str] = set()

    async def check(self) -> None:
        return

    async def pull(self, window: Window) -> Pull:
        noise = random.Random(window.end)
        labels = [{"service": "checkout", "pod": pod} for pod in self.pods]
        series = [Series(series_key(self.name, QUERY.name, one), "checkout", one) for one in labels]
        values = [(0.84 if pod in self.slow else 0.12) * noise.uniform(0.95, 1.05) for pod in self.pods]
        return Pull([Batch(QUERY, series, np.array([window.end]), np.array([values]))])

    async def close(self) -> None:
        return


class Life:
    """A house that watches the pods, and lives a minute at a time."""

    def __init__(self, store: SqlStore, clock: FakeClock) -> None:
        self.pods = Pods()
        self.house = House(store, clock, lambda _: {}, {"checkout": state("v1", at=clock.now() - 86_400)})
        self.house.watch = Watch(self.pods, store, clock, Scope(filing.Rules(Topology({}))), self.house.health)

    async def goes_on(self, minutes: int, until: Callable[[], bool] = lambda: False) -> None:
        for _ in range(minutes):
            self.house.clock.advance(EVERY)
            await self.house.watch()
            await self.house.steps()
            if until():
                return


async def test_an_instance_that_is_slow_from_birth_opens_an_incident_with_its_name(
    store: SqlStore, clock: FakeClock
) -> None:
    life = Life(store, clock)
    house, pods = life.house, life.pods
    await life.goes_on(60)
    pods.pods += ["checkout-5", "checkout-6"]
    await life.goes_on(60)
    assert house.slack.roots == {}

    pods.pods.append("checkout-7")
    pods.slow.add("checkout-7")
    await life.goes_on(60, until=lambda: bool(house.slack.roots))
    one = (await house.dossier()).incident
    assert re.fullmatch(
        r"checkout: latency \(95th percentile\) of checkout-7 8\d\d ms, its 7 siblings 1\d\d ms", one.title
    )
    assert len(one.signals) == 1

    pods.slow.clear()
    await life.goes_on(60, until=lambda: house.slack.roots["slack-1"].tone == "good")
    assert (await house.dossier()).incident.state == "resolved"
