import math
from dataclasses import replace

import pytest

from bot.domain.samples import Query, Series
from bot.flow.statements import DAY, LASTING, finite, of_anomaly
from detectors.model import Anomaly, Traits

SERIES = Series("k", "shop", {"service": "shop", "instance": "pod-3"})
QUERY = Query("cpu", "CPU", "percent", Traits(alone=90.0), ("level",))
ANOMALY = Anomaly("k", "level", 1000.0, 80.0, 0.7, 20.0, 10.0, 30.0)


@pytest.mark.parametrize(("value", "expected"), [(1.5, 1.5), (math.nan, None), (math.inf, None)])
def test_what_is_no_number_is_nothing(value: float, expected: float | None) -> None:
    assert finite(value) == expected


def test_an_anomaly_is_a_signal_on_its_way() -> None:
    said = of_anomaly(ANOMALY, SERIES, QUERY)
    assert (said.key, said.service, said.query, said.title) == ("k#level", "shop", "cpu", "CPU")
    assert (said.value, said.expected, said.peak, said.score, said.onset) == (80.0, 20.0, 80.0, 0.7, 1000.0)


@pytest.mark.parametrize(
    ("value", "age", "patience"),
    [(95.0, 0.0, 0.0), (80.0, 0.0, DAY), (80.0, DAY - 600.0, 600.0), (80.0, 2 * DAY, LASTING)],
)
def test_what_users_do_not_meet_waits_until_it_is_known_well(value: float, age: float, patience: float) -> None:
    assert of_anomaly(replace(ANOMALY, value=value, age=age), SERIES, QUERY).patience == patience


def test_an_instance_that_is_down_is_named() -> None:
    said = of_anomaly(replace(ANOMALY, detector="presence", expected=math.nan), SERIES, QUERY)
    assert (said.kind, said.title, said.expected, said.patience) == ("presence", "pod-3 is down", None, 0.0)


def test_a_forecast_says_how_long_is_left() -> None:
    said = of_anomaly(replace(ANOMALY, detector="forecast"), SERIES, QUERY)
    assert said.left is not None
    assert (said.expected, said.patience) == (None, 0.0)
