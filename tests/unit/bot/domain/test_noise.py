from dataclasses import replace

import pytest

from bot.domain.incident import Incident, begin
from bot.domain.noise import Quieter, looks_like_noise, suggested
from bot.domain.signals import End, Signal
from bot.domain.topology import Topology

NAME = "shop/errors#ratio"


def signal(top: float, detector: str = "ratio", end: End = "cleared", lasted: float = 300.0) -> Signal:
    key = f"prom/errors{{}}#{detector}"
    known = Signal(key, "prom/errors{}", "shop", "errors", "errors", "ratio", "metric", 0.0, lasted, 0, 0.0, 0.3, top)
    return replace(known, firing=not end, end=end, top=top)


def incident(*signals: Signal, over: bool = True) -> Incident:
    one = replace(begin("1", signals[0], Topology({}), 60.0), signals={each.key: each for each in signals})
    return replace(one, state="resolved", resolved_at=900.0) if over else one


NOISE = [incident(signal(0.52)), incident(signal(0.55)), incident(signal(0.51))]


@pytest.mark.parametrize(
    ("one", "noise"),
    [
        (incident(signal(0.9)), True),
        (incident(signal(0.9, lasted=3600.0)), False),
        (incident(signal(0.9, end="adopted")), False),
        (incident(signal(0.9, end="lost")), False),
        (incident(signal(0.9, end=""), over=False), False),
        (incident(signal(0.9), over=False), False),
    ],
)
def test_noise_is_short_and_ends_by_itself(one: Incident, noise: bool) -> None:
    assert looks_like_noise(one) == noise


@pytest.mark.parametrize(
    ("incidents", "factors", "found"),
    [
        (NOISE, {}, [Quieter(NAME, 1.331, 3, 3)]),  # 0.55 is 1.22 times the limit
        (NOISE[:2], {}, []),
        ([*NOISE, incident(signal(0.9, lasted=3600.0))], {}, [Quieter(NAME, 1.331, 3, 4)]),
        ([*NOISE, incident(signal(0.54, lasted=3600.0))], {}, []),
        ([*NOISE, *NOISE, incident(signal(0.56, lasted=3600.0))], {}, [Quieter(NAME, 1.1, 4, 7)]),
        ([*NOISE, incident(signal(0.54), signal(0.7, "level"))], {}, []),
        ([*NOISE, incident(signal(0.9))], {}, [Quieter(NAME, 1.331, 3, 4)]),
        ([incident(signal(0.76))] * 3, {}, []),
        ([incident(signal(0.7))] * 3, {NAME: 2.0}, [Quieter(NAME, 2.42, 3, 3)]),
        ([], {}, []),
    ],
)
def test_the_smallest_factor_that_silences_noise_and_nothing_else(
    incidents: list[Incident], factors: dict[str, float], found: list[Quieter]
) -> None:
    assert suggested(incidents, factors) == found


def test_the_loudest_comes_first() -> None:
    level = [incident(signal(0.51, "level"))] * 4
    assert [one.signature for one in suggested([*NOISE, *level], {})] == ["shop/errors#level", NAME]
