import re

import numpy as np
import pytest

from bot.domain.pack import sentence
from bot.domain.samples import Batch, Pull, Query, Series, series_key
from bot.domain.signals import Sight, Signal
from bot.flow.eyes import Eyes
from bot.flow.peers import is_peer
from detectors.model import Floats, Traits

EVERY = 60.0
TRAITS = Traits("up", 0.0, minimum=0.05, relative=1.0, every=EVERY)
LATENCY = Query("http_instance_latency_p95", "latency", "seconds", TRAITS, ("siblings",))
BOTH = Query("process_cpu", "CPU", "percent", TRAITS, ("level", "siblings"))
CALM = 60
LONG = 20
"""Ticks after which a fault has lasted."""


def pods(query: Query, number: int = 6, **labels: str) -> list[Series]:
    each = [
        {"service": "checkout", "pod": f"pod-{one}", "instance": f"10.0.0.{one}:80", **labels} for one in range(number)
    ]
    return [Series(series_key("prom", query.name, one), one["service"], one) for one in each]


class Story:
    """Instances of one query whose latencies tremble around 0.12 s, and what a test adds."""

    def __init__(self, query: Query, series: list[Series]) -> None:
        self.query, self.series = query, series
        self.eyes = Eyes(EVERY)
        self.tracked: dict[str, str] = {}
        self.values: Floats = np.zeros(0)
        self._tick = 0
        self._random = np.random.default_rng(4)

    def goes_on(self, ticks: int, add: Floats | float = 0.0) -> Sight:
        """So many ticks; gives the last."""
        sight = Sight(0.0)
        for _ in range(ticks):
            self._tick += 1
            self.values = 0.12 + self._random.uniform(-0.01, 0.01, len(self.series)) + add
            batch = Batch(self.query, self.series, np.array([EVERY * self._tick]), self.values[np.newaxis])
            (sight,) = self.eyes.look(Pull([batch]), EVERY * self._tick, self.tracked)
        return sight


def only(sight: Sight) -> Signal:
    (said,) = sight.statements
    return said


SICK: Floats = np.array([0, 0, 0, 0.72, 0, 0])


def test_the_sick_instance_is_named_beside_its_siblings() -> None:
    story = Story(LATENCY, pods(LATENCY))
    assert story.goes_on(CALM).statements == []
    said = only(story.goes_on(LONG, SICK))
    assert is_peer(said.key)
    assert (said.series, said.service, said.kind) == (story.series[3].key, "checkout", "metric")
    assert said.title == "latency of pod-3"
    assert said.value == said.peak == story.values[3]
    assert said.expected == np.median(np.delete(story.values, 3))
    assert re.fullmatch(r"checkout: latency of pod-3 8\d\d ms, its 5 siblings 1\d\d ms", sentence(said))


def test_it_is_over_when_the_instance_is_like_its_siblings_again() -> None:
    story = Story(LATENCY, pods(LATENCY))
    story.goes_on(CALM)
    said = only(story.goes_on(LONG, SICK))
    story.tracked = {said.key: said.series}
    assert story.goes_on(1, SICK).normal == {}
    over = story.goes_on(LONG)
    assert over.statements == []
    assert over.normal == {said.key: story.values[3]}


def test_the_judgement_of_the_series_alone_goes_its_own_way() -> None:
    """A fault that both see is two signals, each of which ends by its own judge."""
    story = Story(BOTH, pods(BOTH))
    story.goes_on(CALM)
    first = only(story.goes_on(2, SICK))
    both = {one.key: one.series for one in story.goes_on(LONG, SICK).statements}
    assert sorted(both) == sorted([first.key, f"{first.series}#siblings"])
    story.tracked = both
    assert set(story.goes_on(1).normal) == {first.key}
    assert set(story.goes_on(LONG).normal) == set(both)


@pytest.mark.parametrize("labels", [("queue",), ("pod", "queue"), ("service",)])
def test_only_instances_of_one_kind_are_siblings(labels: tuple[str, ...]) -> None:
    """Series without the name of an instance, and those that differ in another label, are no siblings."""
    named = [{"service": "checkout", **{label: f"{label}-{one}" for label in labels}} for one in range(6)]
    story = Story(LATENCY, [Series(series_key("prom", "x", one), one["service"], one) for one in named])
    story.goes_on(CALM)
    assert story.goes_on(LONG, SICK).statements == []


def test_a_restart_remembers_what_is_usual() -> None:
    story = Story(LATENCY, pods(LATENCY))
    story.goes_on(CALM, SICK)
    state = story.eyes.snapshots()()
    story.eyes = Eyes(EVERY, state)
    assert story.goes_on(LONG, SICK).statements == []
    assert story.goes_on(LONG, SICK + np.array([0, 0.8, 0, 0, 0, 0])).statements == []
    assert only(story.goes_on(LONG, SICK + np.array([0, 6.0, 0, 0, 0, 0]))).title == "latency of pod-1"


def test_damaged_memory_is_learned_afresh() -> None:
    story = Story(LATENCY, pods(LATENCY))
    story.eyes = Eyes(EVERY, {f"{LATENCY.name}#siblings": b"?"})
    story.goes_on(CALM)
    assert only(story.goes_on(LONG, SICK)).title == "latency of pod-3"


@pytest.mark.parametrize(("service", "factor", "told"), [("checkout", 3.0, 0), ("checkout", 1.1, 1), ("cart", 3.0, 1)])
def test_a_widened_threshold_counts(service: str, factor: float, told: int) -> None:
    story = Story(LATENCY, pods(LATENCY))
    story.eyes.tune({f"{service}/{LATENCY.name}#siblings": factor})
    story.goes_on(CALM)
    assert len(story.goes_on(LONG, SICK).statements) == told
