import numpy as np
import pytest
from pydantic import ValidationError

from bot.domain.errors import SourceError
from bot.domain.samples import Pull, Window
from bot.sources.prometheus import LOOK_AGAIN, Prometheus, grid, rate_window
from tests.fakes.clock import FakeClock
from tests.standins.prometheus import FAULTS, Asked, Reply, StandIn, matrix, prometheus, refusal, standing, vector

TICK = Window(985, 1000)
QUEUE = {"name": "queue_depth", "query": "sum by (queue) (rabbit)", "service": "queue", "bad": "up"}


def source(url: str, **options: object) -> Prometheus:
    return at_time(FakeClock(), url, **options)


def at_time(clock: FakeClock, url: str, **options: object) -> Prometheus:
    given = Prometheus.Options.model_validate({"url": url, **options})
    return Prometheus("prom", given, {"PROMETHEUS_TOKEN": "t0ken"}, clock)


async def pulled(server: StandIn, window: Window = TICK, **options: object) -> Pull:
    prom = source(server.url, **options)
    try:
        return await prom.pull(window)
    finally:
        await prom.close()


def table(pull: Pull) -> dict[str, float]:
    return {
        series.key: float(batch.values[-1, column])
        for batch in pull.batches
        for column, series in enumerate(batch.series)
    }


UP = vector([({"service": "shop", "instance": "a:1"}, 1), ({"service": "cart", "instance": "b:1"}, 0)])


async def test_a_tick_of_what_the_server_has() -> None:
    async with standing(prometheus(["up"], {"min by": UP})) as server:
        pull = await pulled(server)
    assert table(pull) == {
        'prom/up{instance="a:1",service="shop"}': 1,
        'prom/up{instance="b:1",service="cart"}': 0,
    }
    (batch,) = pull.batches
    assert [series.service for series in batch.series] == ["shop", "cart"]
    assert batch.times.tolist() == [1000]
    assert batch.query.name == "up"
    assert pull.notes == []
    assert {asked.path for asked in server.asked} == {"/api/v1/query"}


async def test_auto_leaves_out_the_packs_that_the_server_has_no_metrics_for() -> None:
    async with standing(prometheus(["up", "node_cpu_seconds_total"], {})) as server:
        await pulled(server)
    queries = " ".join(asked.form["query"] for asked in server.asked[2:])
    assert "node_memory" in queries
    assert "http_requests_total" not in queries


async def test_a_named_pack_is_asked_without_looking() -> None:
    async with standing(prometheus([], {"min by": UP})) as server:
        pull = await pulled(server, packs=["up"])
    assert len(table(pull)) == 2
    assert not any("__name__" in asked.form["query"] for asked in server.asked)


async def test_rates_are_taken_over_four_intervals_of_the_server() -> None:
    async with standing(prometheus([], {}, interval=30.2)) as server:
        await pulled(server, packs=["http"])
    assert any("[120s]" in asked.form["query"] for asked in server.asked)


async def test_new_metrics_are_found_after_a_while() -> None:
    clock = FakeClock()
    async with standing(prometheus(["up"], {"min by": UP})) as server:
        prom = at_time(clock, server.url)
        await prom.pull(TICK)
        server.answering = prometheus(["up", "process_cpu_seconds_total"], {"min by": UP})
        await prom.pull(TICK)
        assert not any("process_open_fds" in asked.form["query"] for asked in server.asked)
        clock.advance(LOOK_AGAIN)
        await prom.pull(TICK)
        assert any("process_open_fds" in asked.form["query"] for asked in server.asked)
        await prom.close()


async def test_a_back_fill_asks_for_every_step() -> None:
    def points(asked: Asked) -> Reply:
        if asked.path.endswith("query_range"):
            return matrix([({"service": "shop", "instance": "a:1"}, [(970.0, 1), (1000.0, "NaN")])])
        return prometheus(["up"], {})(asked)

    async with standing(points) as server:
        pull = await pulled(server, Window(940, 1000))
    (batch,) = pull.batches
    assert batch.times.tolist() == [955, 970, 985, 1000]
    np.testing.assert_array_equal(batch.values[:, 0], [np.nan, 1, np.nan, np.nan])


async def test_a_query_of_the_users_own_names_its_service_by_a_label_or_by_itself() -> None:
    async with standing(prometheus([], {"rabbit": vector([({"queue": "orders"}, 7), ({}, 9)])})) as server:
        pull = await pulled(server, packs=[], watch=[QUEUE])
    (batch,) = pull.batches
    assert {series.key: series.service for series in batch.series} == {
        'prom/queue_depth{queue="orders"}': "orders",
        "prom/queue_depth{}": "queue",
    }


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_server_in_trouble_is_blind_and_never_all_clear(fault: str) -> None:
    async with standing(lambda _: FAULTS[fault]) as server:
        with pytest.raises(SourceError) as caught:
            await pulled(server, timeout=0.2)
        prom = source(server.url, timeout=0.2)
        with pytest.raises(SourceError):
            await prom.check()
        await prom.close()
    assert "\n" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


async def test_trouble_between_two_queries_fails_the_pull() -> None:
    async with standing(prometheus(["up"], {"min by": FAULTS["error 500"]})) as server:
        with pytest.raises(SourceError, match="status 500"):
            await pulled(server)


async def test_it_sees_again_when_the_trouble_is_over() -> None:
    async with standing(lambda _: FAULTS["error 500"]) as server:
        prom = source(server.url)
        with pytest.raises(SourceError):
            await prom.pull(TICK)
        server.answering = prometheus(["up"], {"min by": UP})
        assert len(table(await prom.pull(TICK))) == 2
        await prom.close()


async def test_one_refused_query_is_a_note_and_the_others_go_on() -> None:
    answers = {"min by": UP, "rabbit": refusal("parse error: unexpected )")}
    async with standing(prometheus(["up"], answers)) as server:
        pull = await pulled(server, watch=[QUEUE])
        assert len(table(pull)) == 2
        assert pull.notes == ["source prom: queue_depth: the query was refused: parse error: unexpected )"]
        prom = source(server.url, watch=[QUEUE])
        with pytest.raises(SourceError, match="query queue_depth was refused"):
            await prom.check()
        await prom.close()


async def test_all_queries_refused_is_blind() -> None:
    async with standing(prometheus([], {"rabbit": refusal("no")})) as server:
        with pytest.raises(SourceError, match="every query was refused"):
            await pulled(server, packs=[], watch=[QUEUE])


async def test_warnings_duplicates_and_wrong_shapes_are_notes() -> None:
    twice = vector([({"queue": "a"}, 1), ({"queue": "a", "__name__": "x"}, 2)], warnings=["store away"])
    async with standing(prometheus([], {"rabbit": twice})) as server:
        pull = await pulled(server, packs=[], watch=[QUEUE])
    assert table(pull) == {'prom/queue_depth{queue="a"}': 1}
    assert len(pull.notes) == 2


async def test_a_server_that_gives_nothing_is_told() -> None:
    async with standing(prometheus(["up"], {})) as server:
        pull = await pulled(server)
    assert pull.notes == ["source prom: no series came: does the server scrape anything, and is its clock right?"]


async def test_a_server_that_cannot_tell_its_interval_still_serves() -> None:
    def answer(asked: Asked) -> Reply:
        if asked.form["query"].startswith("quantile(0.5"):
            return refusal("subqueries are not supported")
        return prometheus(["up"], {"min by": UP})(asked)

    async with standing(answer) as server:
        assert len(table(await pulled(server))) == 2


async def test_check_is_content_with_a_server_that_answers() -> None:
    async with standing(prometheus([], {})) as server:
        prom = source(server.url)
        await prom.check()
        await prom.close()


@pytest.mark.parametrize(
    ("window", "every", "times"),
    [
        (Window(985, 1000), 15, [1000]),
        (Window(970, 1000), 15, [1000]),
        (Window(955, 1000), 15, [970, 985, 1000]),
        (Window(950, 1000), 15, [970, 985, 1000]),
        (Window(1000, 1000), 15, [1000]),
        (Window(999.1, 1000.0004), 0.3, [999.4, 999.7, 1000]),
    ],
)
def test_the_grid_ends_at_the_windows_end_and_leaves_out_its_start(
    window: Window, every: float, times: list[float]
) -> None:
    assert grid(window, every).tolist() == times


@pytest.mark.parametrize(
    ("every", "interval", "seconds"),
    [(15, 15, 60), (15, 14.7, 60), (15, 60, 240), (60, 15, 240), (1, 0, 10), (1, 1.02, 10), (5, float("nan"), 20)],
)
def test_a_rate_has_samples_enough(every: float, interval: float, seconds: float) -> None:
    assert rate_window(every, interval) == seconds


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "localhost:9090"}, "must be an address"),
        ({"url": "ftp://x"}, "must be an address"),
        ({"url": "http://ada:pw@x:1"}, "must carry no user"),
        ({"url": "http://x", "packs": ["nod"]}, "no query pack is called 'nod'"),
        ({"url": "http://x", "evry": 1}, "Extra inputs"),
        ({"url": "http://x", "every": 0}, "greater than 0"),
        ({"url": "http://x", "timeout": "soon"}, "not a duration"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Prometheus.Options.model_validate(options)


def test_the_back_fill_stays_within_what_the_server_gives() -> None:
    assert source("http://x").reach == 6 * 3600
    assert source("http://x", every="1s").reach == 11_000
