from pathlib import Path

import numpy as np
import pytest

from bot.commands.history import TICKS, Asked, Table
from bot.domain.samples import Pull, Window
from bot.flow.replay import moments
from tests.fakes.source import ERRORS, FakeSource

NOW = 100_000.0


class Remembering(FakeSource):
    """Gives every second of a window, in steps of `every`."""

    reach = 3600.0

    def __init__(self, name: str, every: float, notes: tuple[str, ...] = ()) -> None:
        super().__init__(lambda _: {ERRORS: {"shop": 0.0}}, name)
        self.every = every
        self.asked: list[Window] = []
        self.notes = notes

    async def pull(self, window: Window) -> Pull:
        self.asked.append(window)
        times = np.arange(window.end, window.start, -self.every)[::-1]
        pulls = [await super(Remembering, self).pull(Window(0, float(time))) for time in times]
        return Pull([batch for pull in pulls for batch in pull.batches], (), self.notes)


async def test_sources_are_asked_in_parts_and_told_in_order() -> None:
    fast, slow = Remembering("fast", 1.0, ("up: odd",)), Remembering("slow", 30.0)
    shares: list[float] = []
    notes: list[str] = []
    asked = Asked([fast, slow], 600.0, NOW, shares.append, notes.append, {})
    ticks = [(name, time) async for name, time, _ in asked.ticks()]
    times = [time for _, time in ticks]
    assert times == sorted(times)
    assert sum(name == "fast" for name, _ in ticks) == 600
    assert sum(name == "slow" for name, _ in ticks) == 20
    assert asked.every == {"fast": 1.0, "slow": 30.0}
    assert fast.asked[0] == Window(NOW - 1.0, NOW)
    assert [(one.start, one.end) for one in fast.asked[1:]] == [
        (NOW - 600, NOW - 360),
        (NOW - 360, NOW - 120),
        (NOW - 120, NOW),
    ]
    assert TICKS == 240
    assert shares == [0.4, 0.8, 1.0]
    assert notes == ["up: odd"]


async def test_a_table_is_one_tick_a_row(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("timestamp,shop/depth,mail/age\n0,1,2\n30,3,\n60,5,6\n60,7,7\n")
    shares: list[float] = []
    notes: list[str] = []
    table = Table(path, shares.append, notes.append)
    ticks = [tick async for tick in table.ticks()]
    assert table.every == {"csv": 30.0}
    assert [(name, time) for name, time, _ in ticks] == [("csv", 0.0), ("csv", 30.0), ("csv", 60.0)]
    (batch,) = ticks[1][2].batches
    np.testing.assert_array_equal(batch.values, [[3.0, np.nan]])
    assert [table.names[one.key] for one in batch.series] == ["shop/depth", "mail/age"]
    assert [one.service for one in batch.series] == ["shop", "mail"]
    assert batch.query.traits.every == 30.0
    assert shares[-1] == 1.0
    assert notes == [f"{path}: rows whose time does not advance, left out: 1"]


async def test_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("timestamp,shop/depth\n")
    assert [tick async for tick in Table(path, lambda _: None, lambda _: None).ticks()] == []


@pytest.mark.parametrize("every", [1.0, 15.0])
async def test_ticks_are_what_watching_pulls(every: float) -> None:
    source = Remembering("fast", every)
    pull = await source.pull(Window(NOW - 10 * every, NOW))
    assert [time for time, _ in moments(pull)] == [NOW - every * step for step in range(9, -1, -1)]
