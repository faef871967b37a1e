import re
from typing import Any

import pytest

from actions.docker_pace import BACK, WAY, at_once, hurried, pace, too_slow
from actions.docker_read import Json
from actions.options import LONGEST
from tests.unit.actions.test_docker_read import container


def each(count: int, **config: Any) -> list[Json]:
    made = [container(f"c{number}") for number in range(1, count + 1)]
    return [{**one, "Config": {**one["Config"], **config}} for one in made]


def check(interval: float = 0, start: float = 0, quick: float = 0) -> dict[str, Any]:
    times = {"Interval": interval, "StartPeriod": start, "StartInterval": quick}
    return {"Test": ["CMD", "true"], **{name: int(seconds * 1e9) for name, seconds in times.items()}}


@pytest.mark.parametrize(
    ("count", "config", "grace", "waits"),
    [
        (1, {}, 10, False),
        (2, {}, 10, False),
        (3, {}, 8, False),
        (9, {}, 2, False),
        (1, {"StopTimeout": 25}, 25, False),
        (3, {"StopTimeout": 1}, 1, False),
        (1, {"Healthcheck": check(5)}, 10, False),
        (2, {"Healthcheck": check(5)}, 10, True),
        (3, {"Healthcheck": check(5)}, 4, True),
        (2, {"Healthcheck": check()}, 10, False),
        (2, {"Healthcheck": check(5, start=20)}, 2, True),
        (2, {"Healthcheck": check(5, start=22)}, 10, False),
        (2, {"Healthcheck": check(30, start=2, quick=1)}, 10, True),
        (2, {"Healthcheck": check(30, quick=1)}, 10, False),
        (2, {"Healthcheck": {"Test": ["NONE"]}}, 10, False),
        (2, {"Healthcheck": check(5), "StopTimeout": 10}, 10, True),
        (2, {"Healthcheck": check(6), "StopTimeout": 10}, 10, False),
    ],
)
def test_the_pace(count: int, config: dict[str, Any], grace: int, waits: bool) -> None:
    containers = each(count, **config)
    found = pace(containers)
    assert (set(found.grace.values()), found.waits) == ({grace}, waits)
    assert at_once(containers) == (1 if waits else count)
    assert too_slow(containers) == ""
    assert bool(hurried(containers, found)) is (grace < config.get("StopTimeout", 10))


@pytest.mark.parametrize(
    ("count", "config", "words"),
    [
        (
            1,
            {"StopTimeout": 60},
            "stopping c1 may take 60 s, and the action must be done within 27 s: give it a shorter",
        ),
        (1, {"StopTimeout": -1}, "may take for ever"),
        (2, {"StopTimeout": 20}, "all 2 containers must .* shorter grace period, or act on single containers"),
        (10, {}, "all 10 containers must be done within 27 s: act on single containers, by `container`"),
    ],
)
def test_what_cannot_fit_is_one_line(count: int, config: dict[str, Any], words: str) -> None:
    assert re.search(words, too_slow(each(count, **config)))


def test_one_without_a_check_makes_all_go_at_once() -> None:
    mixed = [*each(1, Healthcheck=check(1)), container("c2")]
    assert (at_once(mixed), pace(mixed).waits) == (2, False)


def test_what_only_goes_is_not_waited_for() -> None:
    assert pace(each(3, Healthcheck=check(5)), replaced=False).grace["c1"] == 8


def test_the_way_there_and_back_fit_into_one_action() -> None:
    for count in range(1, 10):
        grace = sum(pace(each(count)).grace.values())
        assert grace + count <= WAY
    assert WAY + BACK <= LONGEST
