import signal
from pathlib import Path

import pytest

from actions.manifest import Manifest, Release, read, write
from actions.model import Action, Target
from bot.domain.errors import StoreError
from bot.drills.fate import Points, WatchedActuator, WatchedStore


async def test_a_store_tells_when_it_commits_and_not_when_it_rolls_back(migrated: Path) -> None:
    points = Points()
    store = WatchedStore(f"sqlite:///{migrated}", points)
    points.step = "test"
    async with store.read() as unit:
        await unit.now()
    async with store.unit() as unit:
        assert points.names == []
    with pytest.raises(ZeroDivisionError):
        async with store.unit():
            raise ZeroDivisionError
    await store.close()
    assert points.names == ["test, before commit", "test, after commit"]


async def test_pragmas_hold_on_each_connection(migrated: Path) -> None:
    store = WatchedStore(f"sqlite:///{migrated}", pragmas=["query_only=1"])
    with pytest.raises(StoreError, match="readonly"):
        async with store.unit() as unit:
            await unit.audit.record("a", "b", "c")
    await store.close()


async def test_an_actuator_tells_around_its_effect(tmp_path: Path) -> None:
    write(tmp_path, Manifest("payments", 1, "v1", (Release("v1", ("serve",)),)))
    seen: list[tuple[str, int]] = []

    async def look(point: str) -> None:
        seen.append((point, read(tmp_path, "payments").version))

    actuator = WatchedActuator(look)
    plan = await actuator.plan(Action("restart", Target("process", "payments", {"directory": str(tmp_path)})))
    await actuator.run(plan, "x1")
    assert seen == [("before effect", 1), ("after effect", 2)]


async def test_at_its_point_the_process_gets_the_signal() -> None:
    got: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: got.append(number))
    try:
        points = Points(1, signal.SIGUSR1)
        await points("before commit")
        assert got == []
        await points("after commit")
        await points("before effect")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert got == [signal.SIGUSR1]
