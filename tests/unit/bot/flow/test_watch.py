import asyncio
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

from bot.domain.charts import Chart
from bot.domain.errors import StoreError
from bot.domain.incident import Incident
from bot.domain.samples import Batch, LogLine, Pull, Series, Window, series_key
from bot.domain.signals import Rules
from bot.flow.watch import Watch, lasting
from bot.store.store import SqlStore
from tests.fakes.source import ERRORS, FakeSource
from tests.flow.house import House
from tests.flow.shop import Shop

SPREAD = {"payments": (0.35, 0.3), "checkout": (0.33, 0.3), "storefront": (0.2, 0.25)}
CALM = 24
"""Ticks after which the banks know what is normal."""


async def watched(house: House, ticks: int, until: Callable[[], bool] = lambda: False) -> int:
    """So many ticks of watching and nothing else; gives the number of changes."""
    changes = 0
    for _ in range(ticks):
        house.clock.advance(1)
        changes += await house.watch()
        if until():
            break
    return changes


async def incidents(house: House) -> list[Incident]:
    async with house.store.read() as unit:
        return list(await unit.incidents.recent(10))


async def kinds(house: House) -> list[str]:
    (one,) = await incidents(house)
    async with house.store.read() as unit:
        return [event.kind for event in await unit.incidents.events(one.id)]


def restarted(house: House) -> House:
    return House(house.store, house.clock, house.values, house.states)


async def test_what_lasts_opens_and_what_stays_normal_clears(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    assert await watched(house, 2) == 0
    assert await incidents(house) == []
    assert await watched(house, 1) == 1
    (one,) = await incidents(house)
    assert (one.onset, one.opened_at) == (house.clock.now() - 2, house.clock.now())
    assert one.title == "payments: errors"
    shop.sick = {}
    assert await watched(house, 3) == 0
    assert await watched(house, 1) == 1
    (one,) = await incidents(house)
    assert (one.firing, one.state) == ((), "open")
    assert await kinds(house) == ["opened", "cleared"]


async def test_a_blip_is_no_incident(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    for _ in range(3):
        shop.sick = {"payments": (0.35, 0.3)}
        await watched(house, 2)
        shop.sick = {}
        await watched(house, 4)
    assert await incidents(house) == []
    async with house.store.read() as unit:
        assert await unit.telemetry.tracks("shop") == {}


async def test_a_fault_that_spreads_is_one_incident(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    for service, harm in SPREAD.items():
        shop.sick = {**shop.sick, service: harm}
        await watched(house, 4)
    (one,) = await incidents(house)
    assert one.services == ("payments", "checkout", "storefront")
    assert one.severity == "critical"
    assert await kinds(house) == ["opened", *["attached"] * 5]


async def test_a_source_that_breaks_is_said_and_clears_nothing(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    await watched(house, 5)
    house.source.broken = "no answer from http://shop"
    shop.sick = {}
    assert await watched(house, 10) == 0
    assert house.health.parts["source shop"] == "no answer from http://shop"
    assert [len(one.firing) for one in await incidents(house)] == [1]
    house.source.broken = ""
    await watched(house, 4)
    assert house.health.parts["source shop"] == ""
    assert [len(one.firing) for one in await incidents(house)] == [0]


async def test_series_that_stop_coming_clear_nothing(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    await watched(house, 5)
    shop.missing = frozenset({"payments"})
    await watched(house, 20)
    assert [len(one.firing) for one in await incidents(house)] == [1]


async def test_a_restart_in_the_middle_neither_opens_a_second_nor_loses_the_first(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    await watched(house, 5)
    await house.watch.keep()
    after = restarted(house)
    assert await watched(after, 10) == 0
    assert [len(one.firing) for one in await incidents(after)] == [1]
    shop.sick = {}
    assert await watched(after, 4) == 1
    assert [len(one.firing) for one in await incidents(after)] == [0]
    assert await kinds(after) == ["opened", "cleared"]


async def test_a_restart_while_debouncing_counts_anew(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    await watched(house, 2)
    await house.watch.keep()
    after = restarted(house)
    assert await watched(after, 3) == 1
    assert len(await incidents(after)) == 1


async def test_without_baselines_a_bank_that_learns_anew_is_no_sign_of_health(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    await watched(house, 5)
    after = restarted(house)
    assert await watched(after, 15) == 0
    assert [len(one.firing) for one in await incidents(after)] == [1]


class Failing(SqlStore):
    """A store that cannot be written to while `down`."""

    down = False

    @asynccontextmanager
    async def unit(self) -> Any:
        if self.down:
            raise StoreError("database is locked")
        async with super().unit() as unit:
            yield unit


async def test_what_happens_while_the_store_fails_is_not_lost(house: House, shop: Shop, ready_url: str) -> None:
    failing = Failing(ready_url, house.clock.now)
    house = House(failing, house.clock, shop, house.states)
    await watched(house, CALM)
    failing.down = True
    shop.sick = {"payments": (0.35, 0.0)}
    for _ in range(4):
        with pytest.raises(StoreError):
            await watched(house, 1)
    failing.down = False
    assert await watched(house, 1) == 1
    (one,) = await incidents(house)
    assert one.onset == house.clock.now() - 4
    charts = await drawn(house)
    assert charts["payments", "http_error_ratio"].points[-1].at == house.clock.now()
    await failing.close()


def errors(house: House, count: int) -> list[LogLine]:
    return [LogLine(house.clock.now(), "payments", f"ERROR card {n} was refused", "error") for n in range(count)]


async def test_a_new_error_in_the_log_opens_and_silence_clears(house: House) -> None:
    await watched(house, CALM)
    for _ in range(3):
        house.source.lines = errors(house, 2)
        await watched(house, 1)
    (one,) = await incidents(house)
    (signal,) = one.signals.values()
    assert (signal.kind, signal.service, one.severity) == ("log", "payments", "info")
    assert "card" in signal.example
    await watched(house, 11)
    assert [len(one.firing) for one in await incidents(house)] == [0]


async def test_log_patterns_are_remembered_over_a_restart(house: House) -> None:
    for _ in range(CALM):
        house.source.lines = errors(house, 1)
        await watched(house, 1)
    await house.watch.keep()
    after = restarted(house)
    for _ in range(CALM):
        after.source.lines = errors(house, 1)
        await watched(after, 1)
    assert await incidents(after) == []


async def drawn(house: House) -> Mapping[tuple[str, str], Chart]:
    (one,) = await incidents(house)
    async with house.store.read() as unit:
        return {(chart.service, chart.query): chart for chart in await unit.telemetry.charts(one.id)}


async def test_charts_show_the_time_before_the_onset_and_the_neighbours(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    await watched(house, 6)
    charts = await drawn(house)
    assert {service for service, _ in charts} == {"payments", "checkout"}
    points = charts["payments", "http_error_ratio"].points
    assert len(points) == CALM + 6
    assert [point.value == 0 for point in points] == [True] * CALM + [False] * 6
    assert points[-1].high is not None
    assert points[-1].high < 0.2
    await watched(restarted(house), 1)
    assert len((await drawn(house))["payments", "http_error_ratio"].points) == CALM + 7


async def test_charts_stay_bounded(house: House, shop: Shop) -> None:
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    await watched(house, 3)
    house.clock.advance(3600)
    await watched(house, 20)
    points = (await drawn(house))["payments", "http_error_ratio"].points
    assert len(points) <= CALM + 3 + 2 + 20


class Crowd(FakeSource):
    """Seventy instances of one service."""

    async def pull(self, window: Window) -> Pull:
        labels = [{"service": "payments", "instance": f"i{place}"} for place in range(70)]
        series = [Series(series_key(self.name, ERRORS.name, one), "payments", one) for one in labels]
        value = self.values(window.end)[ERRORS]["payments"]
        return Pull([Batch(ERRORS, series, np.array([window.end]), np.full((1, len(series)), value))])


async def test_a_flood_of_signals_is_one_incident_with_a_bounded_number_of_charts(house: House, shop: Shop) -> None:
    house.watch = Watch(Crowd(shop), house.store, house.clock, house.watch._scope, house.health)
    await watched(house, CALM)
    shop.sick = {"payments": (0.35, 0.0)}
    assert await watched(house, 3) == 70
    (one,) = await incidents(house)
    assert len(one.signals) == len(await kinds(house)) == 70
    async with house.store.read() as unit:
        assert len(await unit.telemetry.charts(one.id)) == 60


async def test_two_sources_that_see_the_same_fault_open_one_incident(house: House, shop: Shop) -> None:
    second = Watch(FakeSource(shop, "second"), house.store, house.clock, house.watch._scope, house.health)
    for tick in range(CALM + 5):
        house.clock.advance(1)
        if tick == CALM:
            shop.sick = {"payments": (0.35, 0.0)}
        await asyncio.gather(house.watch(), second())
    (one,) = await incidents(house)
    assert len(one.signals) == 2


@pytest.mark.parametrize(("every", "ticks"), [(1.0, 900), (15.0, 60), (60.0, 60), (3600.0, 60)])
def test_a_key_is_not_lost_before_its_series_is_forgotten(every: float, ticks: int) -> None:
    assert lasting(Rules(), every).lost_after == ticks
