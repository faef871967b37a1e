"""The arithmetic of axes: round levels and times of day with their words, as the page writes them. Pure."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.domain.words import amount

MOST_TIMES, MOST_DAYS = 7, 5
"""Times of day on an axis, and where the day must be said, too."""

TINY = 1e-30
THOUSANDS = (("", ""), ("k", " kB"), ("M", " MB"), ("G", " GB"), ("T", " TB"))
SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
"""Steps between times of day; beyond the last, whole days."""


def levels(low: float, high: float, unit: str) -> tuple[float, ...]:
    """Two to five round numbers from at most `low` to at least `high`, in the unit that people read."""
    if unit == "bool":
        return 0.0, 1.0
    if high - low <= max(1e-9 * max(abs(low), abs(high)), TINY):
        wide = 0.1 * (abs(high) if abs(high) > TINY else 1.0)
        low, high = low if abs(low) <= TINY else low - wide, high + wide
    factor = 100.0 if unit == "ratio" else 1000.0 if unit == "seconds" and high < 1 else 1.0
    raw = (high - low) * factor / 3
    size = 10.0 ** math.floor(math.log10(raw))
    step = next((one * size for one in (1, 2, 2.5, 5) if one * size >= raw), 10 * size)
    first, last = math.floor(low * factor / step), math.ceil(high * factor / step - 1e-9)
    return tuple(place * step / factor for place in range(first, max(last, first + 1) + 1))


def words(ticks: Sequence[float], unit: str) -> tuple[str, ...]:
    """At least two levels as words: all in one unit, with as many digits as the steps between them need."""
    if unit == "bool":
        return tuple(amount(tick, unit) for tick in ticks)
    size, name = _measure(max(abs(tick) for tick in ticks), unit)
    step = abs(ticks[1] - ticks[0]) / size
    digits = next((one for one in range(4) if _whole(step * 10**one)), 4)
    return tuple(f"{tick / size:z.{digits}f}{name}" for tick in ticks)


def times(from_: float, until: float, zone: tzinfo) -> tuple[tuple[float, str], ...]:
    """At most seven round times of day in the zone, each as epoch seconds and in words."""
    span = max(until - from_, 1.0)
    most = MOST_TIMES if span <= 86_400 else MOST_DAYS
    days = 86_400 * math.ceil(span / 86_400 / (most - 1))
    step = next((one for one in SECONDS if span / one < most), days)
    offset = (datetime.fromtimestamp(from_, zone).utcoffset() or timedelta()).total_seconds()
    first = math.ceil((from_ + offset) / step) * step - offset
    places = [first + place * step for place in range(most)]
    form = "%H:%M:%S" if step < 60 else "%H:%M" if span <= 86_400 else "%d %b %H:%M" if step < 86_400 else "%d %b"
    return tuple((at, datetime.fromtimestamp(at, zone).strftime(form)) for at in places if at <= until)


def _measure(most: float, unit: str) -> tuple[float, str]:
    """The size and the name of the unit in which a value has few digits."""
    match unit:
        case "ratio":
            return 0.01, "%"
        case "percent":
            return 1.0, "%"
        case "seconds":
            return (0.001, " ms") if most < 1 else (1.0, " s")
    thousands = min(max(math.floor(math.log10(most) / 3) if most else 0, 0), len(THOUSANDS) - 1)
    plain, of_bytes = THOUSANDS[thousands]
    ends = {"bytes": of_bytes or " B", "per_second": f"{plain}/s"}
    return 1000.0**thousands, ends.get(unit, plain)


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6 * value
