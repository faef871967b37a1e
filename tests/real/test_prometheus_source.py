"""The sources against a real Prometheus and a real node_exporter."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import SourceError
from bot.domain.samples import Batch, Pull, Window
from bot.runtime.clock import SystemClock
from bot.sources.packs import shipped
from bot.sources.prometheus import Prometheus
from bot.sources.scrape import Scrape
from tests.real.need import until
from tests.real.prometheus_server import Servers, serving

pytestmark = pytest.mark.real


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[Servers]:
    async with serving(tmp_path) as running:
        yield running


def source(servers: Servers, **options: object) -> Prometheus:
    given = Prometheus.Options.model_validate({"url": servers.url, "every": 1, **options})
    return Prometheus("prom", given, {}, SystemClock())


def of(pull: Pull, query: str) -> Batch:
    return next(batch for batch in pull.batches if batch.query.name == query)


def within_percent(pull: Pull) -> None:
    for batch in pull.batches:
        if batch.query.unit == "percent":
            finite = batch.values[np.isfinite(batch.values)]
            assert finite.size
            assert np.all((finite >= 0) & (finite <= 100)), batch.query.name


async def test_a_real_server(servers: Servers) -> None:
    prom = source(servers)
    await prom.check()
    now = time.time()
    tick = await prom.pull(Window(now - 1, now))
    assert tick.notes == []
    names = {batch.query.name for batch in tick.batches}
    assert names >= {"up", "node_cpu", "node_memory", "node_load", "process_memory", "process_cpu"}
    assert not any(name.startswith("http_error") for name in names)
    within_percent(tick)
    up = {series.service: float(of(tick, "up").values[0, n]) for n, series in enumerate(of(tick, "up").series)}
    assert up == {"prometheus": 1, "node": 1, "gone": 0}
    assert [set(series.labels) for series in of(tick, "node_cpu").series] == [{"service", "instance"}]

    back = await prom.pull(Window(now - 60, now))
    assert back.notes == []
    within_percent(back)
    assert len(of(back, "up").times) == 60
    assert {series.key for series in of(back, "up").series} == {series.key for series in of(tick, "up").series}
    await prom.close()


async def test_each_query_of_each_pack_is_good_promql(servers: Servers) -> None:
    prom = source(servers, packs=list(shipped()))
    now = time.time()
    assert (await prom.pull(Window(now - 1, now))).notes == []
    await prom.close()


async def test_a_bad_query_is_a_note_and_the_others_go_on(servers: Servers) -> None:
    watch = [
        {"name": "broken", "query": "sum by ("},
        {"name": "doubled", "query": "up * on() group_left() up"},
        {"name": "head_series", "query": "prometheus_tsdb_head_series", "service": "job", "bad": "up"},
    ]
    prom = source(servers, packs=["up"], watch=watch)
    now = time.time()
    pull = await prom.pull(Window(now - 1, now))
    assert {batch.query.name for batch in pull.batches} == {"up", "head_series"}
    assert [series.service for series in of(pull, "head_series").series] == ["prometheus"]
    assert len(pull.notes) == 2
    with pytest.raises(SourceError, match="query broken was refused"):
        await prom.check()
    await prom.close()


async def test_a_server_elsewhere_is_not_taken_for_prometheus(servers: Servers) -> None:
    prom = source(servers, url=servers.node_url)
    with pytest.raises(SourceError):
        await prom.check()
    await prom.close()


async def test_scraping_the_exporter_agrees_with_prometheus(servers: Servers) -> None:
    clock = SystemClock()
    options = Scrape.Options.model_validate({"targets": [{"url": servers.node_url, "service": "node"}], "every": 1})
    direct, prom = Scrape("direct", options, {}, clock), source(servers)
    pulls: list[Pull] = []

    async def some() -> bool:
        pulls.append(await direct.pull(Window(clock.now() - 1, clock.now())))
        within_percent(Pull([batch for batch in pulls[-1].batches if batch.query.name != "process_cpu"]))
        return len(pulls) > 20 and any(batch.query.name == "node_cpu" for batch in pulls[-1].batches)

    await until(some, "twenty scrapes")
    theirs = await prom.pull(Window(clock.now() - 1, clock.now()))
    for query, near in (("node_memory", 10), ("node_load", 1)):
        assert of(pulls[-1], query).values[0, 0] == pytest.approx(float(of(theirs, query).values[0, 0]), abs=near)
    disks = {
        series.labels["mountpoint"]
        for batch in theirs.batches
        if batch.query.name == "node_disk"
        for series in batch.series
    }
    ours = {
        series.labels["mountpoint"]
        for batch in pulls[-1].batches
        if batch.query.name == "node_disk"
        for series in batch.series
    }
    assert ours == disks
    await direct.close()
    await prom.close()
