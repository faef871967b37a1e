"""What every source must do, whatever its kind. A new kind adds one entry to KINDS."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import SourceError
from bot.domain.samples import Pull, Window
from bot.plugins import SOURCES
from bot.ports import Resumable, Source
from bot.sources.files import Files
from bot.sources.prometheus import Prometheus
from bot.sources.scrape import Scrape
from tests.fakes.clock import FakeClock
from tests.standins.prometheus import FAULTS, Asked, Reply, matrix, prometheus, standing, vector

Made = AbstractAsyncContextManager[Source]
NOW = 1_800_000_000.0
NAN = "NaN"


def _served(asked: Asked) -> Reply:
    labels = {"service": "shop", "instance": "a:1"}
    if asked.path == "/metrics":
        return Reply(b'process_resident_memory_bytes 5\nhttp_requests_total{code="200"} NaN\n')
    if asked.path.endswith("query_range"):
        return matrix([(labels, [(NOW, NAN), (NOW - 15, 1), (NOW - 15, 1)])])
    return prometheus(["up"], {"min by": vector([(labels, 1), (labels, 1)])})(asked)


@asynccontextmanager
async def good_prometheus(_: Path) -> AsyncIterator[Source]:
    async with standing(_served) as server:
        yield Prometheus("it", Prometheus.Options(url=server.url), {}, FakeClock(NOW))


@asynccontextmanager
async def good_scrape(_: Path) -> AsyncIterator[Source]:
    async with standing(_served) as server:
        options = Scrape.Options.model_validate({"targets": [{"url": server.url, "service": "shop"}]})
        yield Scrape("it", options, {}, FakeClock(NOW))


@asynccontextmanager
async def good_files(folder: Path) -> AsyncIterator[Source]:
    (folder / "shop.log").write_text("")
    source = Files("it", Files.Options(paths=(f"{folder}/*.log",)), {}, FakeClock(NOW))
    await source.pull(Window(NOW - 30, NOW - 15))
    (folder / "shop.log").write_bytes(b"ERROR no\n\xff\x00 binary\nhalf")
    yield source


@asynccontextmanager
async def bad_prometheus(_: Path) -> AsyncIterator[Source]:
    async with standing(lambda _: FAULTS["web page"]) as server:
        yield Prometheus("it", Prometheus.Options(url=server.url), {"PROMETHEUS_TOKEN": "t0ken"}, FakeClock(NOW))


@asynccontextmanager
async def bad_scrape(folder: Path) -> AsyncIterator[Source]:
    yield Scrape("it", Scrape.Options(files=(f"{folder}/none.json",)), {}, FakeClock(NOW))


@asynccontextmanager
async def bad_files(_: Path) -> AsyncIterator[Source]:
    yield Files("it", Files.Options(paths=("/proc/self/mem",)), {}, FakeClock(NOW))


KINDS: dict[str, tuple[Callable[[Path], Made], Callable[[Path], Made]]] = {
    "prometheus": (good_prometheus, bad_prometheus),
    "scrape": (good_scrape, bad_scrape),
    "files": (good_files, bad_files),
}


def test_every_kind_in_the_registry_is_tested() -> None:
    assert KINDS.keys() == SOURCES.keys()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sound(pull: Pull, source: Source, window: Window) -> None:
    """Checks everything that the values promise."""
    keys = [series.key for batch in pull.batches for series in batch.series]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith(f"{source.name}/") for key in keys)
    names = [batch.query.name for batch in pull.batches]
    assert len(set(names)) == len(names)
    for batch in pull.batches:
        assert batch.values.shape == (len(batch.times), len(batch.series))
        assert np.all(np.diff(batch.times) > 0)
        assert batch.times[0] > window.start
        assert batch.times[-1] <= window.end
        assert not np.any(np.isinf(batch.values))
        assert all(series.service for series in batch.series)
        assert batch.query.traits.every == source.every
    for line in pull.lines:
        assert line.service
        assert len(line.text) <= 4_000
        assert not set(line.text) & {"\n", "\x00", "\x1b"}
        assert line.level == line.level.lower()
    assert all("\n" not in note for note in pull.notes)


@pytest.mark.parametrize("span", [15.0, 30.0, 300.0])
async def test_a_pull_gives_what_the_values_promise(kind: str, span: float, tmp_path: Path) -> None:
    async with KINDS[kind][0](tmp_path) as source:
        assert source.every > 0
        assert source.reach >= 0
        window = Window(NOW - span, NOW)
        pull = await source.pull(window)
        assert pull.batches or pull.lines
        sound(pull, source, window)
        await source.close()


async def test_check_agrees_that_a_pull_works(kind: str, tmp_path: Path) -> None:
    async with KINDS[kind][0](tmp_path) as source:
        await source.check()
        await source.close()


async def test_trouble_is_a_source_error_of_one_line_that_names_the_source(kind: str, tmp_path: Path) -> None:
    async with KINDS[kind][1](tmp_path) as source:
        for attempt in (source.pull(Window(NOW - 15, NOW)), source.check()):
            with pytest.raises(SourceError, match=r"^source it: ") as caught:
                await attempt
            assert "\n" not in str(caught.value)
            assert "t0ken" not in str(caught.value)
        await source.close()


async def test_keys_are_the_same_on_every_pull(kind: str, tmp_path: Path) -> None:
    async with KINDS[kind][0](tmp_path) as source:
        first = await source.pull(Window(NOW - 30, NOW - 15))
        second = await source.pull(Window(NOW - 15, NOW))
        await source.close()
    assert [s.key for b in first.batches for s in b.series] == [s.key for b in second.batches for s in b.series]


async def test_a_pull_can_be_cancelled_and_the_source_closed(kind: str, tmp_path: Path) -> None:
    async with KINDS[kind][0](tmp_path) as source:
        pull = asyncio.ensure_future(source.pull(Window(NOW - 15, NOW)))
        await asyncio.sleep(0)
        pull.cancel()
        await asyncio.gather(pull, return_exceptions=True)
        await source.close()
        await source.close()


async def test_a_source_that_can_resume_repeats_and_loses_nothing(kind: str, tmp_path: Path) -> None:
    async with KINDS[kind][0](tmp_path) as source:
        if isinstance(source, Resumable):
            assert len((await source.pull(Window(NOW - 15, NOW))).lines) == 2
            source.resume(source.position())
            assert (await source.pull(Window(NOW - 15, NOW))).lines == []
        await source.close()
