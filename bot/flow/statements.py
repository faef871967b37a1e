"""What a detector or a log pattern says, as a signal that is on its way."""

import math

from bot.domain.filling import place
from bot.domain.samples import Query, Series
from bot.domain.signals import Signal
from detectors.forecast import left
from detectors.model import Anomaly
from detectors.patterns import PatternAnomaly

DAY = 26 * 3600.0
"""Seconds after which what happens every day is known: a day, and some more for what begins late."""

LASTING = 300.0
"""Seconds that what users do not meet must last to be trouble by itself."""

PRESENCE = frozenset({"presence", "silence"})
"""The detectors that speak of absence: they learn no band."""

FORECAST = "forecast"
"""The detector whose score stands for a time until full."""


def of_anomaly(anomaly: Anomaly, series: Series, query: Query) -> Signal:
    """An anomaly of a series."""
    presence, forecast = anomaly.detector in PRESENCE, anomaly.detector == FORECAST
    return Signal(
        key=f"{anomaly.key}#{anomaly.detector}",
        series=anomaly.key,
        service=series.service,
        query=query.name,
        title=f"{series.labels.get('instance', 'it')} is down" if presence else query.title,
        unit=query.unit,
        kind="presence" if presence else "metric",
        onset=anomaly.time,
        at=anomaly.time,
        value=finite(anomaly.value) or 0.0,
        expected=None if forecast else finite(anomaly.expected),
        peak=finite(anomaly.value) or 0.0,
        score=anomaly.score,
        detail=place(series.labels, series.service) if forecast else "",
        left=left(anomaly.score, query.traits.ahead) if forecast else None,
        patience=0.0 if presence or forecast else _patience(anomaly, query),
    )


def _patience(anomaly: Anomaly, query: Query) -> float:
    """How long it must last to open an incident alone: what users do not meet must be known well, or be very bad."""
    return 0.0 if anomaly.value >= query.traits.alone else max(DAY - anomaly.age, LASTING)


def of_pattern(pattern: PatternAnomaly) -> Signal:
    """A pattern of a log that is new, or jumps."""
    anomaly = pattern.anomaly
    return Signal(
        key=anomaly.key,
        series=anomaly.key,
        service=pattern.service,
        query="log_pattern",
        title="new error in the log" if pattern.novel else "errors in the log jump",
        unit="per_second",
        kind="log",
        onset=anomaly.time,
        at=anomaly.time,
        value=anomaly.value,
        expected=finite(anomaly.expected),
        peak=anomaly.value,
        score=anomaly.score,
        detail=pattern.template,
        example=pattern.example,
    )


def finite(value: float) -> float | None:
    """The value; None for what is no number."""
    return value if math.isfinite(value) else None
