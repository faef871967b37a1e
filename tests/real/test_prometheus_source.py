"""The sources against a real Prometheus and a real node_exporter."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import numpy as np
import pytest
import pytest_asyncio

from bot.domain.errors import SourceError
from bot.domain.samples import Batch, Pull, Window
from bot.ports import Source
from bot.runtime.clock import SystemClock
from bot.sources.packs import shipped
from bot.sources.prometheus import Prometheus
from bot.sources.scrape import Scrape
from tests.real.need import until
from tests.real.prometheus_server import Servers, serving
from tests.standins.prometheus import Asked, Reply, standing

S = TypeVar("S", bound=Source)

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
BEGAN = time.time()


SERVICES: dict[str, dict[str, str]] = {
    "shop-1": {"service": "shop"},
    "shop-2": {"service": "shop"},
    "cart-1": {"app": "cart"},
    "idle-1": {"service": "idle"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    folder = tmp_path_factory.mktemp("prometheus")
    async with standing(page) as web:
        address = web.url.removeprefix("http://")
        services = [
            {"targets": [address], "labels": {"__metrics_path__": f"/{path}", "instance": path, **labels}}
            for path, labels in SERVICES.items()
        ]
        async with serving(folder, services) as running:
            yield running


def page(asked: Asked) -> Reply:
    """Metrics of services: two instances of a shop with a fifth of errors, a cart with slow answers, one idle."""
    seconds = time.time() - BEGAN
    duration = "http_request_duration_seconds"
    pages: dict[str, dict[str, float]] = {
        "/shop-1": {'http_requests_total{code="200"}': 8 * seconds, 'http_requests_total{code="500"}': 2 * seconds},
        "/shop-2": {'http_requests_total{status="200"}': 8 * seconds, 'http_requests_total{status="503"}': 2 * seconds},
        "/cart-1": {
            f'{duration}_bucket{{le="0.1",status="200"}}': 9 * seconds,
            f'{duration}_bucket{{le="0.5",status="200"}}': 10 * seconds,
            f'{duration}_bucket{{le="+Inf",status="200"}}': 10 * seconds,
            f'{duration}_count{{status="200"}}': 10 * seconds,
        },
        "/idle-1": {'http_requests_total{code="200"}': 1_000},
    }
    return Reply("".join(f"{sample} {value}\n" for sample, value in pages[asked.path].items()).encode())


@asynccontextmanager
async def source(servers: Servers, **options: object) -> AsyncIterator[Prometheus]:
    given = Prometheus.Options.model_validate({"url": servers.url, "every": 1, **options})
    async with opened(Prometheus("prom", given, {}, SystemClock())) as prom:
        yield prom


@asynccontextmanager
async def opened(source: S) -> AsyncIterator[S]:
    try:
        yield source
    finally:
        await source.close()


def of(pull: Pull, query: str) -> Batch:
    return next(batch for batch in pull.batches if batch.query.name == query)


def within_percent(pull: Pull) -> None:
    for batch in pull.batches:
        if batch.query.unit == "percent":
            finite = batch.values[np.isfinite(batch.values)]
            assert finite.size
            assert np.all((finite >= 0) & (finite <= 100)), batch.query.name


async def test_a_real_server(servers: Servers) -> None:
    async with source(servers) as prom:
        await prom.check()
        now = time.time()
        tick = await prom.pull(Window(now - 1, now))
        assert tick.notes == []
        names = {batch.query.name for batch in tick.batches}
        assert names >= {"up", "node_cpu", "node_memory", "node_load", "process_memory", "process_cpu"}
        within_percent(tick)
        up = {series.service: float(of(tick, "up").values[0, n]) for n, series in enumerate(of(tick, "up").series)}
        assert up == {"prometheus": 1, "node": 1, "gone": 0, "shop": 1, "cart": 1, "idle": 1}
        assert [set(series.labels) for series in of(tick, "node_cpu").series] == [{"service", "instance"}]

        back = await prom.pull(Window(now - 60, now))
        assert back.notes == []
        within_percent(back)
        assert len(of(back, "up").times) == 60
        assert {series.key for series in of(back, "up").series} == {series.key for series in of(tick, "up").series}


async def test_services_in_rate_errors_and_duration(servers: Servers) -> None:
    async with source(servers) as prom:
        now = time.time()
        pull = await prom.pull(Window(now - 1, now))

    def by_service(query: str) -> dict[str, float]:
        batch = of(pull, query)
        assert all(set(series.labels) == {"service"} for series in batch.series)
        return {series.service: float(batch.values[0, column]) for column, series in enumerate(batch.series)}

    assert by_service("http_request_rate") == pytest.approx({"shop": 20, "cart": 10, "idle": 0}, rel=0.2)
    assert by_service("http_error_ratio") == pytest.approx({"shop": 0.2, "cart": 0}, rel=0.1)
    assert by_service("http_latency_p95") == pytest.approx({"cart": 0.3}, rel=0.05)


async def test_each_query_of_each_pack_is_good_promql(servers: Servers) -> None:
    async with source(servers, packs=list(shipped())) as prom:
        now = time.time()
        assert (await prom.pull(Window(now - 1, now))).notes == []


async def test_a_bad_query_is_a_note_and_the_others_go_on(servers: Servers) -> None:
    watch = [
        {"name": "broken", "query": "sum by ("},
        {"name": "doubled", "query": "up * on() group_left() up"},
        {"name": "head_series", "query": "prometheus_tsdb_head_series", "service": "job", "bad": "up"},
    ]
    async with source(servers, packs=["up"], watch=watch) as prom:
        now = time.time()
        pull = await prom.pull(Window(now - 1, now))
        assert {batch.query.name for batch in pull.batches} == {"up", "head_series"}
        assert [series.service for series in of(pull, "head_series").series] == ["prometheus"]
        assert len(pull.notes) == 2
        with pytest.raises(SourceError, match="query broken was refused"):
            await prom.check()


async def test_a_server_elsewhere_is_not_taken_for_prometheus(servers: Servers) -> None:
    async with source(servers, url=servers.node_url) as prom:
        with pytest.raises(SourceError):
            await prom.check()


async def test_scraping_the_exporter_agrees_with_prometheus(servers: Servers) -> None:
    clock = SystemClock()
    options = Scrape.Options.model_validate({"targets": [{"url": servers.node_url, "service": "node"}], "every": 1})
    async with opened(Scrape("direct", options, {}, clock)) as direct, source(servers) as prom:
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
