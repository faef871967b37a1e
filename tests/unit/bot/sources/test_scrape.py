import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.domain.errors import SourceError
from bot.domain.samples import Pull, Window
from bot.sources.scrape import Scrape, hollow, merged
from tests.fakes.clock import FakeClock
from tests.standins.prometheus import FAULTS, Asked, Reply, StandIn, standing

Page = Callable[[], str | Reply]


def pages(served: Mapping[str, Page]) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        page = served[asked.path]()
        return page if isinstance(page, Reply) else Reply(page.encode())

    return answer


class Shop:
    """Services with counters that the test moves."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, float]] = {}
        self.down: dict[str, Reply] = {}

    def page(self, name: str) -> str | Reply:
        if name in self.down:
            return self.down[name]
        return "".join(f"{sample} {value}\n" for sample, value in self.counts[name].items())

    def serving(self) -> Callable[[Asked], Reply]:
        return pages({f"/{name}": partial(self.page, name) for name in self.counts})


def scraper(server: StandIn, clock: FakeClock, *names: str, **more: object) -> Scrape:
    targets = [
        {"url": f"{server.url}/{name}", "service": name.split("-")[0], "labels": {"instance": name}} for name in names
    ]
    options = Scrape.Options.model_validate({"targets": targets, "every": 1, **more})
    return Scrape("direct", options, {}, clock)


def values(pull: Pull, query: str) -> dict[tuple[str, ...], float]:
    """Values by service, or service and instance, of one query."""
    return {
        (series.service, *(series.labels[name] for name in ("instance", "mountpoint") if name in series.labels)): float(
            batch.values[0, column]
        )
        for batch in pull.batches
        if batch.query.name == query
        for column, series in enumerate(batch.series)
    }


async def tick(source: Scrape, clock: FakeClock) -> Pull:
    clock.advance(1)
    return await source.pull(Window(clock.now() - 1, clock.now()))


OK, BAD = 'http_requests_total{code="200"}', 'http_requests_total{code="500"}'


async def test_rate_errors_and_latency_of_a_service_over_its_instances() -> None:
    shop, clock = Shop(), FakeClock()
    shop.counts = {name: {OK: 0, BAD: 0} for name in ("shop-1", "shop-2", "cart-1")}
    bucket = "http_request_duration_seconds_bucket"
    async with standing(shop.serving()) as server:
        source = scraper(server, clock, *shop.counts)
        pull = Pull()
        for _ in range(15):
            for counts in shop.counts.values():
                counts[OK] += 8
                counts[BAD] += 2
                for le, share in (("0.1", 9), ("0.5", 10), ("+Inf", 10)):
                    key = f'{bucket}{{le="{le}"}}'
                    counts[key] = counts.get(key, 0) + share
            pull = await tick(source, clock)
        await source.close()
    assert values(pull, "http_request_rate") == {("shop",): 20, ("cart",): 10}
    assert values(pull, "http_error_ratio") == {("shop",): pytest.approx(0.2), ("cart",): pytest.approx(0.2)}
    assert values(pull, "http_latency_p95")["shop",] == pytest.approx(0.3)
    assert values(pull, "up") == {("shop", "shop-1"): 1, ("shop", "shop-2"): 1, ("cart", "cart-1"): 1}
    assert pull.notes == []
    assert pull.batches[0].times.tolist() == [clock.now()]


async def test_instances_that_come_go_and_restart_fake_nothing() -> None:
    shop, clock = Shop(), FakeClock()
    shop.counts = {"shop-1": {OK: 5_000_000, BAD: 0}, "shop-2": {OK: 9_000_000, BAD: 0}}
    seen = []
    async with standing(shop.serving()) as server:
        source = scraper(server, clock, "shop-1", "shop-2")
        for now in range(60):
            for counts in shop.counts.values():
                counts[OK] += 10
            if now == 20:
                shop.down["shop-2"] = Reply(b"", status=503)
            if now == 40:
                shop.down.clear()
                shop.counts["shop-2"][OK] = 10
            seen.append(values(await tick(source, clock), "http_request_rate").get(("shop",)))
        await source.close()
    rates = [rate for rate in seen if rate is not None]
    assert len(rates) == 59
    assert all(0 <= rate <= 20.001 for rate in rates)
    assert rates[15] == pytest.approx(20)
    assert rates[38] == pytest.approx(10)
    assert rates[-1] == pytest.approx(20)


async def test_a_service_that_restarts_on_another_port_is_the_same_target(tmp_path: Path) -> None:
    path, clock, count = tmp_path / "targets.json", FakeClock(), 1_000.0

    async def served(ticks: int) -> list[float]:
        nonlocal count
        async with standing(lambda _: Reply(f"{OK} {count}\n".encode())) as server:
            address = server.url.removeprefix("http://")
            path.write_text(json.dumps([{"targets": [address], "labels": {"service": "shop", "instance": "shop-0"}}]))
            seen: list[float] = []
            for _ in range(ticks):
                count += 10
                seen += values(await tick(source, clock), "http_request_rate").values()
            return seen

    source = Scrape("direct", Scrape.Options(files=(str(path),), every=1), {}, clock)
    before = await served(15)
    count = 0
    after = await served(15)
    await source.close()
    assert before == pytest.approx([10.0] * 14)
    assert after == pytest.approx([10.0] * 15)


async def test_the_very_first_errors_count() -> None:
    shop, clock = Shop(), FakeClock()
    shop.counts = {"shop-1": {OK: 100}}
    async with standing(shop.serving()) as server:
        source = scraper(server, clock, "shop-1")
        for _ in range(3):
            shop.counts["shop-1"][OK] += 10
            await tick(source, clock)
        shop.counts["shop-1"][BAD] = 20
        pull = await tick(source, clock)
        await source.close()
    assert values(pull, "http_error_ratio") == {("shop",): pytest.approx(20 / 40)}


async def test_cpu_stays_between_nothing_and_all_cores() -> None:
    shop, clock = Shop(), FakeClock()
    shop.counts = {"shop-1": {"process_cpu_seconds_total": 100, "go_sched_gomaxprocs_threads": 2}}
    seen = []
    async with standing(shop.serving()) as server:
        source = scraper(server, clock, "shop-1")
        for now, spent in enumerate([0, 1, 1, 1, 50, -80, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]):
            shop.counts["shop-1"]["process_cpu_seconds_total"] += spent
            seen.append(values(await tick(source, clock), "process_cpu").get(("shop", "shop-1")))
            assert now == 0 or seen[-1] is not None
        await source.close()
    known = [percent for percent in seen if percent is not None]
    assert known[0] == pytest.approx(50)
    assert all(0 <= percent <= 100 for percent in known)
    assert known[-1] == 0


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in {"half JSON", "result of a wrong type"}])
async def test_a_target_in_trouble_is_down_and_noted_and_the_others_go_on(fault: str) -> None:
    shop, clock = Shop(), FakeClock()
    shop.counts = {"shop-1": {"process_resident_memory_bytes": 5}, "cart-1": {}}
    shop.down = {"cart-1": FAULTS[fault]}
    async with standing(shop.serving()) as server:
        source = scraper(server, clock, "shop-1", "cart-1", every=0.25)
        pull = await tick(source, clock)
        await source.check()
        await source.close()
    assert values(pull, "up") == {("shop", "shop-1"): 1, ("cart", "cart-1"): 0}
    assert values(pull, "process_memory") == {("shop", "shop-1"): 5}
    (note,) = pull.notes
    assert note.startswith("source direct: target http://127.0.0.1:")
    assert "\n" not in note


async def test_all_targets_down_is_no_failure_of_the_source_but_check_says_so() -> None:
    async with standing(lambda _: FAULTS["error 500"]) as server:
        source = scraper(server, clock := FakeClock(), "shop-1")
        assert values(await tick(source, clock), "up") == {("shop", "shop-1"): 0}
        with pytest.raises(SourceError, match="none of 1 targets answers"):
            await source.check()
        await source.close()


async def test_targets_from_a_file_are_followed(tmp_path: Path) -> None:
    path, clock = tmp_path / "targets.json", FakeClock()
    async with standing(lambda _: Reply(b"process_resident_memory_bytes 5\n")) as server:
        source = Scrape("direct", Scrape.Options(files=(str(path),), every=1), {}, clock)
        with pytest.raises(SourceError, match=r"no target is known: targets file .*: No such file"):
            await source.pull(Window(0, 1))
        path.write_text("[]")
        assert (await tick(source, clock)).notes == ["source direct: the list of targets is empty"]
        address = server.url.removeprefix("http://")
        path.write_text(json.dumps([{"targets": [address], "labels": {"service": "shop", "instance": "one"}}]))
        assert values(await tick(source, clock), "process_memory") == {("shop", "one"): 5}
        path.write_text("broken")
        pull = await tick(source, clock)
        assert values(pull, "up") == {("shop", "one"): 1}
        assert len(pull.notes) == 1
        await source.close()
    assert {asked.path for asked in server.asked} == {"/metrics"}


NODE = """\
node_cpu_seconds_total{{cpu="0",mode="idle"}} {idle}
node_cpu_seconds_total{{cpu="0",mode="user"}} {user}
node_cpu_seconds_total{{cpu="1",mode="iowait"}} {idle}
node_memory_MemTotal_bytes 1000
node_memory_MemAvailable_bytes 250
node_filesystem_size_bytes{{fstype="ext4",mountpoint="/"}} 100
node_filesystem_avail_bytes{{fstype="ext4",mountpoint="/"}} 40
node_filesystem_size_bytes{{fstype="tmpfs",mountpoint="/run"}} 100
node_filesystem_avail_bytes{{fstype="tmpfs",mountpoint="/run"}} 1
node_load1 3
"""


async def test_a_machine() -> None:
    state = {"idle": 0.0, "user": 0.0}
    async with standing(lambda _: Reply(NODE.format(**state).encode())) as server:
        source = scraper(server, clock := FakeClock(), "db-1", packs=["node"])
        await tick(source, clock)
        state.update(idle=0.9, user=0.2)
        pull = await tick(source, clock)
        await source.close()
    assert values(pull, "node_cpu") == {("db", "db-1"): pytest.approx(10)}
    assert values(pull, "node_memory") == {("db", "db-1"): 75}
    assert values(pull, "node_disk") == {("db", "db-1", "/"): 60}
    assert values(pull, "node_load") == {("db", "db-1"): 3}
    assert values(pull, "up") == {}


def test_a_label_that_target_and_sample_both_have_is_the_targets() -> None:
    assert merged({"service": "x", "code": "200"}, {"service": "shop"}) == {
        "exported_service": "x",
        "code": "200",
        "service": "shop",
    }


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "nothing to scrape"),
        ({"targets": [{"url": "shop:1"}]}, "must be an address"),
        ({"targets": [{"url": "http://a", "servce": "x"}]}, "Extra inputs"),
        ({"files": ["x"], "packs": ["nod"]}, "no query pack"),
        ({"files": ["x"], "every": 0}, "greater than 0"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Scrape.Options.model_validate(options)


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ([], []),
        ([1.0, float("nan")], []),
        ([float("nan")], ["mem: none of its 1 series has a number; it is not watched until one has"]),
        ([float("inf"), float("nan")], ["mem: none of its 2 series has a number; it is not watched until one has"]),
    ],
)
def test_a_metric_without_any_number_is_noted(said: list[float], noted: list[str]) -> None:
    assert hollow({"mem": [({}, value) for value in said]} if said else {}) == noted
