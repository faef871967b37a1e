import numpy as np

from bot.commands.album import AGAIN, LOOKS, Album
from bot.domain import filing
from bot.domain.samples import Batch, Pull, Series, series_key
from bot.domain.topology import Topology
from bot.flow.replay import Replay
from bot.flow.watch import Scope
from tests.fakes.source import ERRORS

ONE = [Series(series_key("shop", ERRORS.name, {"service": "shop"}), "shop", {"service": "shop"})]

START = 1000.0


def drawn(ticks: int, fault: int = 50) -> list[tuple[float, float | None]]:
    """The times of the chart's points, with the upper end of the band, for a fault that lasts ten seconds."""
    replay = Replay({"shop": 1.0}, Scope(filing.Rules(Topology({}))), 20.0)
    album = Album(replay)
    for tick in range(ticks):
        value = 0.4 if fault <= tick < fault + 10 else 0.0
        now = START + tick
        pull = Pull([Batch(ERRORS, ONE, np.array([now]), np.array([[value]]))])
        album.look(replay.tick("shop", now, pull))
    charts = album.charts()
    assert len(charts) <= 1
    return [(point.at - START, point.high) for chart in charts.values() for point in chart.points]


def test_a_chart_goes_from_before_the_beginning_until_a_while_after() -> None:
    points = drawn(400)
    times = [at for at, _ in points]
    assert times == [float(at) for at in range(len(times))]
    assert 51 + LOOKS * AGAIN - 2 <= times[-1] <= 51 + LOOKS * AGAIN
    assert len({high for at, high in points if at <= 51}) == 1
    assert {high for at, high in points if at > 51} == {None}


def test_what_is_open_at_the_end_is_drawn_to_the_end() -> None:
    assert [at for at, _ in drawn(56)][-1] == 55.0


def test_nothing_happens() -> None:
    assert drawn(40, fault=99) == []
