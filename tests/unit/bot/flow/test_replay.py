"""A replay says what watching says: the same samples go through `Watch` and `Tend`, and through `Replay`."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from bot.domain import filing, signals
from bot.domain.incident import Incident
from bot.domain.samples import Batch, Pull, Query, Series, Window, series_key
from bot.domain.topology import Topology
from bot.flow.replay import Replay, moments
from bot.flow.tend import Tend
from bot.flow.watch import Scope, Watch
from bot.store.store import SqlStore
from detectors.model import Floats, Traits
from tests.fakes.clock import FakeClock
from tests.fakes.health import FakeHealth

EVERY, QUIET, START = 60.0, 120.0, 1_700_000_040.0
TICKS = 900
DEPTH = Query("depth", "depth", "count", Traits(every=EVERY), ("together",))
ERRORS = Query("http_error_ratio", "errors", "ratio", Traits("up", 0, 1, 0.05, 0.5, every=EVERY), ("ratio", "silence"))
SLOW = Query("latency", "latency", "seconds", Traits("up", 0, minimum=0.05, relative=1, every=EVERY), ("siblings",))
TIMES: Floats = START + EVERY * np.arange(TICKS, dtype=np.float64)


def named(query: Query, *services: str) -> list[Series]:
    labels = [{"service": one.partition("/")[0], "part": one.partition("/")[2]} for one in services]
    return [Series(series_key("prom", query.name, one), one["service"], one) for one in labels]


QUEUES = named(DEPTH, "mail/a", "mail/b", "mail/c", "mail/d")
SHARES = named(ERRORS, "shop/", "mail/")
PODS = [
    Series(series_key("prom", SLOW.name, one), "cart", one)
    for one in ({"service": "cart", "pod": f"cart-{number}"} for number in range(5))
]


def course(seed: int) -> Pull:
    """Fifteen hours with faults in places of the seed's choice, some gaps, and one that lasts until the end."""
    random = np.random.default_rng(seed)
    depth = 100.0 + random.standard_normal((TICKS, 4))
    errors = np.abs(random.standard_normal((TICKS, 2))) * 0.001
    for start in random.integers(500, TICKS - 40, 4).tolist():
        depth[start : start + 15, : random.integers(1, 5)] += random.uniform(5.0, 40.0)
    for start in random.integers(100, TICKS - 60, 3).tolist():
        errors[start : start + 12, random.integers(0, 2)] = 0.4
        errors[start + 25 : start + 32] = np.nan
    errors[-20:, 0] = 0.5
    depth[random.integers(0, TICKS, 10), 1] = np.nan
    slow = np.abs(0.1 + 0.02 * random.standard_normal((TICKS, 5)))
    slow[:600, 4], slow[600:700, 4] = np.nan, 1.0
    waits = Batch(SLOW, PODS, TIMES, slow)
    return Pull([Batch(DEPTH, QUEUES, TIMES, depth), Batch(ERRORS, SHARES, TIMES, errors), waits])


class Recorded:
    """A source that gives what was recorded, tick by tick."""

    name, every, reach = "prom", EVERY, 0.0

    def __init__(self, pull: Pull) -> None:
        self.ticks = dict(moments(pull))

    async def check(self) -> None:
        return

    async def pull(self, window: Window) -> Pull:
        return self.ticks[window.end]

    async def close(self) -> None:
        return


def scope() -> Scope:
    return Scope(filing.Rules(Topology({"shop": ("mail",)})), signals.Rules(2, 5))


def replayed(pull: Pull) -> list[Incident]:
    replay = Replay({"prom": EVERY}, scope(), QUIET)
    for time, tick in moments(pull):
        replay.tick("prom", time, tick)
    return replay.incidents


def told(incidents: list[Incident]) -> list[tuple[object, ...]]:
    """What people see of incidents: all but their ids, their versions and what is due."""
    return [
        (one.opened_at, one.resolved_at, one.onset, one.title, one.severity, one.state, dict(one.signals))
        for one in incidents
    ]


@pytest.fixture
async def store(ready_url: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    store = SqlStore(ready_url, clock.now)
    yield store
    await store.close()


@pytest.mark.slow
@pytest.mark.parametrize("store_kind", ["sqlite"], indirect=True)  # the replay has no store; watching has its own tests
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_replay_finds_what_watching_finds(seed: int, store: SqlStore) -> None:
    pull = course(seed)
    clock = FakeClock(START - EVERY)
    watch = Watch(Recorded(pull), store, clock, scope(), FakeHealth())
    tend = Tend(store, clock, QUIET)
    for _ in range(TICKS):
        clock.advance(EVERY)
        await watch()
        await tend()
    async with store.read() as unit:
        watched = sorted(await unit.incidents.recent(100), key=lambda one: one.opened_at)
    found = replayed(pull)
    assert told(found) == told(watched)
    assert len(found) >= 3
    assert any("unlike before" in one.title for one in found)
    assert any("latency of cart-4" in one.title for one in found)
    assert any(one.state == "open" for one in found)


@pytest.mark.parametrize("ticks", [550, 700, 850])
def test_a_prefix_gives_the_same_up_to_its_end(ticks: int) -> None:
    whole = course(1)
    part = Pull([Batch(one.query, one.series, one.times[:ticks], one.values[:ticks]) for one in whole.batches])
    end = TIMES[ticks - 1]
    assert [one.opened_at for one in replayed(part)] == [
        one.opened_at for one in replayed(whole) if one.opened_at <= end
    ]
    over = [(one.opened_at, one.resolved_at) for one in replayed(part) if one.resolved_at]
    # One that ended at last may be opened again by what came later.
    assert over[:-1] == [(one.opened_at, one.resolved_at) for one in replayed(whole)][: len(over) - 1]


def test_moments_are_in_order_and_only_of_what_came() -> None:
    late = Batch(ERRORS, SHARES, TIMES[1:3], np.zeros((2, 2)))
    pull = Pull([Batch(DEPTH, QUEUES, TIMES[:2], np.ones((2, 4))), late])
    ticks = list(moments(pull))
    assert [time for time, _ in ticks] == TIMES[:3].tolist()
    assert [[batch.query.name for batch in tick.batches] for _, tick in ticks] == [
        ["depth"],
        ["depth", "http_error_ratio"],
        ["http_error_ratio"],
    ]
    assert all(batch.values.shape == (1, len(batch.series)) for _, tick in ticks for batch in tick.batches)


def test_charts_are_of_the_series_that_are_out() -> None:
    replay = Replay({"prom": EVERY}, scope(), QUIET)
    changed: list[Incident] = []
    for time, tick in moments(course(1)):
        changed = [*replay.tick("prom", time, tick)]
        if changed:
            break
    (one,) = changed
    charts = replay.charts(one)
    assert set(charts) == {signal.series for signal in one.signals.values()}
    assert all(chart.last is not None and chart.last.at == one.opened_at for chart in charts.values())


def test_sources_share_incidents() -> None:
    """Two sources that see one service: one incident."""
    replay = Replay({"one": EVERY, "two": EVERY}, scope(), QUIET)
    for tick in range(60):
        values: Floats = np.full((1, 2), 0.4 if tick > 40 else 0.0)
        for source in ("one", "two"):
            labels = [{"service": "shop", "part": source}, {"service": "mail", "part": source}]
            series = [Series(series_key(source, "http_error_ratio", each), each["service"], each) for each in labels]
            now = TIMES[tick]
            replay.tick(source, float(now), Pull([Batch(ERRORS, series, np.array([now]), values)]))
    (one,) = replay.incidents
    assert len(one.firing) == 4
