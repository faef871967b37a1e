"""Every query of every pack against a real Prometheus that scrapes pages of its exporter."""

import time
from collections.abc import AsyncIterator
from math import isnan

import httpx
import pytest
import pytest_asyncio

from bot.domain.samples import Window
from bot.runtime.clock import SystemClock
from bot.sources.packs import shipped
from bot.sources.prometheus import Prometheus
from tests.real.prometheus_server import Servers, serving
from tests.standins.exporters import Page, Values, answered, pages
from tests.standins.prometheus import Asked, Reply, standing

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
PAGES = pages()
BEGAN = time.time()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    def answer(asked: Asked) -> Reply:
        return Reply(PAGES[int(asked.path.removeprefix("/"))].at(time.time() - BEGAN, BEGAN).encode())

    async with standing(answer) as web:
        address = web.url.removeprefix("http://")
        targets = [
            {"targets": [address], "labels": {"__metrics_path__": f"/{number}", **page.labels}}
            for number, page in enumerate(PAGES)
        ]
        async with serving(tmp_path_factory.mktemp("packs"), targets) as running:
            yield running


def numbers(values: Values) -> Values:
    """Without what is no number: a server leaves such a series out."""
    found = {query: {key: one for key, one in keys.items() if not isnan(one)} for query, keys in values.items()}
    return {query: keys for query, keys in found.items() if keys}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.pack}: {page.name}")
async def test_a_server_gives_the_expected_values(servers: Servers, page: Page) -> None:
    options = Prometheus.Options.model_validate({"url": servers.url, "every": 1, "packs": [page.pack]})
    source = Prometheus("prom", options, {}, SystemClock())
    now = time.time()
    try:
        pull = await source.pull(Window(now - 1, now))
    finally:
        await source.close()
    assert pull.notes == []
    found = numbers(answered(pull, page))
    assert found == {query: pytest.approx(keys, rel=0.15, abs=1e-6) for query, keys in numbers(page.expected).items()}


async def test_auto_finds_every_pack_with_one_query(servers: Servers) -> None:
    source = Prometheus("prom", Prometheus.Options.model_validate({"url": servers.url, "every": 1}), {}, SystemClock())
    now = time.time()
    try:
        pull = await source.pull(Window(now - 1, now))
    finally:
        await source.close()
    asked = {entry.name for pack in shipped().values() for entry in pack.queries}
    assert {batch.query.name for batch in pull.batches if batch.series} == asked


async def test_no_percentage_is_above_a_hundred_over_the_whole_history(servers: Servers) -> None:
    async with httpx.AsyncClient(base_url=servers.url, trust_env=False) as client:
        for pack in shipped().values():
            for entry in pack.queries:
                if entry.unit not in {"percent", "ratio", "bool"}:
                    continue
                query = f"max_over_time((max({pack.promql(entry, 10)}))[2m:1s])"
                answer = await client.post("/api/v1/query", data={"query": query})
                values = [float(row["value"][1]) for row in answer.json()["data"]["result"]]
                assert values, entry.name
                assert all(value <= (100 if entry.unit == "percent" else 1) for value in values), entry.name
