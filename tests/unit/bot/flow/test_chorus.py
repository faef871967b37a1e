import numpy as np

from bot.domain.samples import Batch, Pull, Query, Series, series_key
from bot.domain.signals import Signal
from bot.flow.chorus import is_chorus
from bot.flow.eyes import Eyes
from detectors.model import Floats, Traits

EVERY = 300.0
QUERY = Query("depth", "depth", "count", Traits(every=EVERY), ("together",))
OTHER = Query("age", "age", "seconds", Traits(every=EVERY), ("together",))
CALM = 800
"""Ticks after which ranges are known."""


def series(query: Query, *names: str, service: str = "shop") -> list[Series]:
    labels = [{"service": service, "queue": name} for name in names]
    return [Series(series_key("prom", query.name, one), service, one) for one in labels]


QUEUES = series(QUERY, "a", "b", "c", "d", "e", "f")


class Story:
    """Six queues and two ages of one service that tremble, and what a test adds."""

    def __init__(self) -> None:
        self.eyes = Eyes(EVERY)
        self.tracked: dict[str, str] = {}
        self.normal: dict[str, float] = {}
        self._tick = 0
        self._random = np.random.default_rng(4)

    def goes_on(self, ticks: int = 1, add: Floats | float = 0.0) -> list[Signal]:
        """So many ticks; gives what the last said."""
        said: list[Signal] = []
        for _ in range(ticks):
            self._tick += 1
            now = EVERY * self._tick
            values = 100.0 + self._random.uniform(-1.0, 1.0, 8)
            values += add
            batches = [
                Batch(QUERY, QUEUES, np.array([now]), values[np.newaxis, :6]),
                Batch(OTHER, series(OTHER, "a", "b"), np.array([now]), values[np.newaxis, 6:]),
            ]
            (sight,) = self.eyes.look(Pull(batches), now, self.tracked)
            said, self.normal = list(sight.statements), dict(sight.normal)
        return said


def test_several_series_out_together_are_one_statement_over_all_queries() -> None:
    story = Story()
    assert story.goes_on(CALM) == []
    (said,) = story.goes_on(1, np.array([0.0, 0.0, 0.0, 0.0, 3.0, 9.0, 3.0, 0.0]))
    assert is_chorus(said.key)
    assert said.series == QUEUES[5].key
    assert (said.service, said.kind, said.query) == ("shop", "metric", "depth")
    assert said.title == "3 of 8 series unlike before, first depth f"
    assert said.detail.splitlines()[0] == QUEUES[5].key
    assert len(said.detail.splitlines()) == 3
    assert said.expected is not None
    assert abs(said.expected - 100.0) < 0.5
    assert said.value > 107.0
    assert said.score >= 0.5


def test_a_little_of_one_series_is_not_enough() -> None:
    story = Story()
    story.goes_on(CALM)
    assert story.goes_on(1, np.array([0.1, 0, 0, 0, 0, 0, 0, 0])) == []


def test_an_episode_keeps_its_leader_and_ends_when_nothing_is_new() -> None:
    story = Story()
    story.goes_on(CALM)
    (first,) = story.goes_on(1, np.array([0.0, 9, 0, 0, 9, 30, 0, 0]))
    story.tracked = {first.key: first.series}
    (second,) = story.goes_on(1, np.array([0.0, 200, 0, 0, 200, 9, 0, 0]))
    assert (second.key, second.series) == (first.key, first.series)
    assert story.goes_on(300) == []
    assert list(story.normal) == [first.key]
    assert abs(story.normal[first.key] - 100.0) <= 1.0


def test_a_leader_without_a_sample_is_neither_well_nor_ill() -> None:
    story = Story()
    story.goes_on(CALM)
    (first,) = story.goes_on(1, np.array([0.0, 9, 0, 0, 9, 30, 0, 0]))
    story.tracked = {first.key: first.series}
    story.goes_on(100)
    assert story.goes_on(1, np.array([0.0, 0, 0, 0, 0, np.nan, 0, 0])) == []
    assert story.normal == {}


def test_services_are_judged_apart() -> None:
    eyes, random = Eyes(EVERY), np.random.default_rng(4)
    both = [*series(QUERY, "a", "b", service="shop"), *series(QUERY, "a", "b", service="mail")]
    said: list[Signal] = []
    for tick in range(CALM + 1):
        now = EVERY * (tick + 1)
        values = 100.0 + random.uniform(-1.0, 1.0, 4)
        values[2:] += 20.0 * (tick == CALM)
        (sight,) = eyes.look(Pull([Batch(QUERY, both, np.array([now]), values[np.newaxis])]), now, {})
        said = list(sight.statements)
    assert [(one.service, one.title[:6]) for one in said] == [("mail", "2 of 2")]


def test_a_widened_threshold_counts() -> None:
    found = []
    for factor in (1.1, 3.0):
        story = Story()
        story.eyes.tune({"shop/depth#together": factor})
        story.goes_on(CALM)
        found.append(len(story.goes_on(1, np.array([0.0, 9, 0, 0, 9, 6, 0, 0]))))
    assert found == [1, 0]
