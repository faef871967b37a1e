from dataclasses import replace

import pytest

from bot.domain.charts import Point
from bot.domain.signals import Track
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T

INCIDENT = make.incident().id
TRACK = Track(make.signal(), bad=2)


async def test_tracks_are_kept_a_source_each_and_go_when_they_are_done(store: SqlStore) -> None:
    async with store.unit() as unit:
        await unit.telemetry.save_tracks("shop", {"a": TRACK, "b": TRACK}, ())
        await unit.telemetry.save_tracks("logs", {"c": TRACK}, ())
        await unit.telemetry.save_tracks("shop", {"a": replace(TRACK, bad=3)}, ["b", "never there"])
    async with store.read() as unit:
        assert await unit.telemetry.tracks("shop") == {"a": replace(TRACK, bad=3)}
        assert await unit.telemetry.tracks("logs") == {"c": TRACK}


async def test_charts_grow_and_a_point_stays_as_it_was(store: SqlStore) -> None:
    chart = make.chart(course=[Point(T, 0.1, None, None, None), Point(T + 1, None, 0.0, 0.0, 0.1)])
    later = make.chart(course=[Point(T, 0.9, 0.9, 0.9, 0.9), Point(T + 2, 0.3, 0.0, 0.0, 0.1)])
    other = make.chart(make.signal("catalog"), [])
    async with store.unit() as unit:
        await unit.incidents.save(make.incident())
        await unit.telemetry.draw(INCIDENT, [])
        for drawn in ([chart], [later, other]):
            await unit.telemetry.draw(INCIDENT, drawn)
        found = await unit.telemetry.charts(INCIDENT)
        assert await unit.telemetry.charts("another") == []
    assert [one.service for one in found] == ["catalog", "payments"]
    assert found[1] == replace(chart, points=(*chart.points, later.points[1]))


@pytest.mark.parametrize("state", [b"", b"\x00\xff" * 1000])
async def test_baselines_are_bytes_by_source_and_query(store: SqlStore, state: bytes) -> None:
    async with store.unit() as unit:
        await unit.telemetry.save_baseline("shop", "errors", b"old")
        await unit.telemetry.save_baseline("shop", "errors", state)
        await unit.telemetry.save_baseline("other", "errors", b"theirs")
    async with store.read() as unit:
        assert await unit.telemetry.baselines("shop") == {"errors": state}


async def test_a_position_is_json_and_empty_at_first(store: SqlStore) -> None:
    async with store.unit() as unit:
        assert await unit.telemetry.position("logs") == {}
        for offset in (1, 2):
            await unit.telemetry.save_position("logs", {"/var/log/a": {"offset": offset, "inode": 7}})
        assert await unit.telemetry.position("logs") == {"/var/log/a": {"offset": 2, "inode": 7}}
