from collections.abc import Mapping

import numpy as np
import pytest

from bot.domain.samples import Batch, LogLine, Pull, Query, Series, Window, series_key
from bot.domain.signals import Signal
from bot.flow.eyes import KEEP, MOST_CHARTS, MOST_POINTS, PATIENCE, PATTERNS, Eyes, depth, keep
from detectors.model import Traits
from tests.fakes.source import ERRORS, LATENCY, FakeSource
from tests.flow.shop import Shop

UP = Query("up", "up", "bool", Traits("down", 0, 1, every=1.0), ("presence",))
START = 1_000.0


def pull(time: float, values: Mapping[str, float], query: Query = ERRORS, lines: tuple[LogLine, ...] = ()) -> Pull:
    series = [Series(key_of(name, query), name, {"service": name}) for name in values]
    return Pull([Batch(query, series, np.array([time]), np.array([list(values.values())]))], lines)


def key_of(service: str, query: Query = ERRORS) -> str:
    return series_key("shop", query.name, {"service": service})


def taught(eyes: Eyes, query: Query = ERRORS, value: float = 0.0, ticks: int = 30) -> float:
    """Teaches what is normal; gives the time of the next tick."""
    for tick in range(ticks):
        eyes.look(pull(START + tick, {"payments": value}, query), START + tick, {})
    return START + ticks


def test_an_anomaly_is_stated_with_its_baseline() -> None:
    eyes = Eyes(1.0)
    now = taught(eyes)
    (sight,) = eyes.look(pull(now, {"payments": 0.4}), now, {})
    (said,) = sight.statements
    assert (said.key, said.service, said.kind) == (f"{key_of('payments')}#ratio", "payments", "metric")
    assert (said.value, said.expected, said.onset) == (0.4, 0.0, now)


def test_a_tracked_key_is_normal_only_when_it_was_seen_and_is_learned() -> None:
    key = f"{key_of('payments')}#ratio"
    eyes = Eyes(1.0)
    now = taught(eyes)
    tracked = {key: key_of("payments"), "logs/payments/1": "logs/payments/1"}
    assert eyes.look(pull(now, {"payments": 0.01}), now, tracked)[0].normal == {key: 0.01}
    assert eyes.look(pull(now + 1, {"catalog": 0.0}), now + 1, tracked)[0].normal == {}
    assert eyes.look(pull(now + 2, {"payments": np.nan}), now + 2, tracked)[0].normal == {}
    young = Eyes(1.0)
    assert young.look(pull(now, {"payments": 0.0}), now, tracked)[0].normal == {}


@pytest.mark.parametrize(("hours", "value", "patience"), [(1, 60, 25), (1, 95, 0), (25.5, 60, 0.5), (40, 60, 1 / 12)])
def test_a_resource_alone_needs_to_be_known_for_a_day_or_to_be_used_up(
    hours: float, value: float, patience: float
) -> None:
    cpu = Query("node_cpu", "CPU", "percent", Traits("up", 0, 100, 15, every=60.0, alone=90.0), ("level",))
    eyes = Eyes(60.0)
    for tick in range(int(hours * 60)):
        eyes.look(pull(START + 60 * tick, {"db": 10.0}, cpu), START, {})
    ((said,),) = (sight.statements for sight in eyes.look(pull(START + 3600 * hours, {"db": value}, cpu), START, {}))
    assert said.patience == pytest.approx(3600 * patience)


def test_presence_is_normal_as_soon_as_it_is_seen() -> None:
    key = f"{key_of('payments', UP)}#presence"
    eyes = Eyes(1.0)
    eyes.look(pull(START, {"payments": 1.0}, UP), START, {})
    (down,) = eyes.look(pull(START + 1, {"payments": 0.0}, UP), START + 1, {})
    assert [(one.key, one.kind, one.title) for one in down.statements] == [(key, "presence", "it is down")]
    (well,) = eyes.look(pull(START + 2, {"payments": 1.0}, UP), START + 2, {key: key_of("payments", UP)})
    assert well.normal == {key: 1.0}


def test_a_series_that_is_gone_for_long_is_forgotten() -> None:
    slow = Query("slow", "errors", "ratio", Traits("up", 0, 1, 0.05, 0.5, every=400.0), ("ratio",))
    eyes = Eyes(400.0)
    eyes.look(pull(START, {"payments": 0.0, "catalog": 0.0}, slow), START, {})
    drawn = []
    for tick in range(1, PATIENCE + 2):
        eyes.look(pull(START + 400.0 * tick, {"catalog": 0.0}, slow), START + 400.0 * tick, {})
        drawn.append(sorted(chart.service for chart in eyes.charts({"payments", "catalog"}, {})))
    assert drawn[-2:] == [["catalog", "payments"], ["catalog"]]
    assert (keep(15.0), keep(400.0)) == (KEEP, 8000.0)


def test_ticks_of_one_time_are_one_sight_and_in_order() -> None:
    eyes = Eyes(1.0)
    series = [Series(key_of("payments"), "payments")]
    times = np.array([1.0, 2.0, 3.0])
    batches = [Batch(query, series, times, np.zeros((3, 1))) for query in (ERRORS, LATENCY)]
    line = LogLine(2.5, "payments", "ERROR out of memory", "error")
    taught(eyes)
    again = Eyes(1.0, eyes.snapshots()())
    assert [sight.at for sight in eyes.look(Pull(batches), 9.0, {})] == [1.0, 2.0, 3.0]
    times += START + 100
    sights = again.look(Pull(batches, [line]), START + 200, {})
    assert [(sight.at - START, len(sight.statements)) for sight in sights] == [(101.0, 0), (102.0, 0), (103.0, 1)]


@pytest.mark.parametrize("level", ["", "info", "error"])
def test_errors_are_told_by_level_or_by_words(level: str) -> None:
    eyes = Eyes(1.0)
    taught(eyes)
    line = LogLine(START + 30, "payments", "card gateway: connection reset by peer, exception", level)
    (sight,) = eyes.look(pull(START + 30, {"payments": 0.0}, lines=(line,)), START + 30, {})
    assert [(one.kind, one.service, one.example) for one in sight.statements] == [("log", "payments", line.text)]


async def test_snapshots_bring_everything_back() -> None:
    shop, eyes = Shop(), Eyes(1.0)
    source = FakeSource(shop)
    for tick in range(30):
        eyes.look(await source.pull(Window(0, START + tick)), START + tick, {})
    packed = eyes.snapshots()
    again = Eyes(1.0, packed())
    shop.sick = {"payments": (0.4, 0.3)}
    late = await source.pull(Window(0, START + 31))
    assert again.look(late, START + 31, {}) == eyes.look(late, START + 31, {})
    assert packed() == packed()
    assert packed() != eyes.snapshots()()


@pytest.mark.parametrize("state", [b"", b"garbage", b"{}", b'{"version": 99}', b"\xff\xfe"], ids=repr)
def test_a_broken_snapshot_is_learned_afresh(state: bytes) -> None:
    eyes = Eyes(1.0, {ERRORS.name: state, PATTERNS: state})
    taught(eyes)
    assert [chart.points[-1].expected for chart in eyes.charts({"payments"}, {})] == [0.0]


def test_charts_give_only_what_is_new() -> None:
    eyes = Eyes(1.0)
    names = [f"s{place}" for place in range(3)]
    for tick in range(5):
        eyes.look(pull(START + tick, dict.fromkeys(names, 0.1)), START + tick, {})
    since = {key_of("s0"): START + 2, key_of("s1"): START + 4}
    charts = {chart.service: [point.at - START for point in chart.points] for chart in eyes.charts(set(names), since)}
    assert charts == {"s0": [3, 4], "s2": [0, 1, 2, 3, 4]}


def test_charts_are_bounded_and_the_sick_come_first() -> None:
    eyes = Eyes(1.0)
    names = [f"s{place:03}" for place in range(MOST_CHARTS + 20)]
    eyes.look(pull(START, dict.fromkeys(names, 0.1)), START, {})
    charts = [chart.service for chart in eyes.charts(set(names), {}, {key_of(names[-1])})]
    assert len(charts) == MOST_CHARTS
    assert charts[:2] == [names[-1], names[0]]


def test_a_series_that_falls_silent_is_still_known_by_its_labels() -> None:
    query = Query("up", "up", "bool", Traits("down", 0, 1, every=1.0), ("presence",))
    eyes = Eyes(1.0)
    now = taught(eyes, query, 1.0)
    sights = [eyes.look(pull(now + tick, {"catalog": 1.0}, query), now + tick, {})[0] for tick in range(4)]
    (said,) = sights[-1].statements
    assert (said.service, said.series) == ("payments", key_of("payments", query))


def test_a_pull_is_looked_at_in_parts() -> None:
    eyes, names = Eyes(1.0), ("payments", "catalog")
    batches = [one for query in (ERRORS, LATENCY) for one in pull(START, dict.fromkeys(names, 0.0), query).batches]
    assert len(list(eyes.glances(Pull(batches), START, {}))) == len(batches) + 1


@pytest.mark.parametrize(("series", "ticks"), [(0, 120), (1000, 120), (250_000, 80), (1_000_000, 20), (10**8, 20)])
def test_of_many_series_fewer_ticks_are_remembered(series: int, ticks: int) -> None:
    assert depth(series) == ticks
    assert series > 10**6 or depth(series) * series <= MOST_POINTS


@pytest.mark.parametrize(
    ("factors", "told"),
    [({}, 2), ({"*": 3.0}, 0), ({"a/depth#level": 3.0}, 1), ({"*": 3.0, "b/depth#level": 1.0}, 1)],
)
def test_thresholds_are_moved_for_all_or_for_one(factors: dict[str, float], told: int) -> None:
    eyes, random, said = Eyes(15.0), np.random.default_rng(1), list[Signal]()
    eyes.tune(factors)
    query = Query("depth", "depth", "count", Traits(bad="up", minimum=1.0, every=15.0), ("level",))
    series = [Series(name, name, {"service": name}) for name in "ab"]
    for tick in range(200):
        values = 10.0 + random.normal(0.0, 0.1, 2) + 2.6 * (tick == 199)
        now = 15.0 * (tick + 1)
        sights = eyes.look(Pull([Batch(query, series, np.array([now]), values[np.newaxis])]), now, {})
        said = [one for sight in sights for one in sight.statements]
    assert len(said) == told


DISK = Query(
    "node_disk", "disk in use", "percent", Traits("up", 0, 100, 5, 0.05, every=450.0, full=100), ("level", "forecast")
)


def disks(hour: float) -> Pull:
    """Two disks: /var fills by 2 points an hour, /home stays."""
    labels = [{"service": "db", "instance": "db-1:9100", "mountpoint": mount} for mount in ("/var", "/home")]
    series = [Series(series_key("shop", "node_disk", one), "db", one) for one in labels]
    return Pull([Batch(DISK, series, np.array([START + 3600 * hour]), np.array([[30 + 2 * hour, 50.0]]))])


def test_what_fills_up_is_stated_with_its_place_and_time_and_listed() -> None:
    eyes = Eyes(450.0)
    assert eyes.filling() == []
    said: list[Signal] = []
    for hour in np.arange(0.0, 27.0, 0.125).tolist():
        (sight,) = eyes.look(disks(hour), START + 3600 * hour, {})
        said += sight.statements
    last = said[-1]
    assert {one.detail for one in said} == {"db-1:9100 /var"}
    assert (last.key.rpartition("#")[2], last.title, last.expected) == ("forecast", "disk in use", None)
    assert last.left == pytest.approx(8.1 * 3600, rel=0.05)
    (one,) = eyes.filling()
    assert (one.service, one.title, one.place, one.left) == ("db", "disk in use", "db-1:9100 /var", last.left)
    assert one.value == pytest.approx(last.value)
