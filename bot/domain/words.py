"""Numbers, times and durations as people read them."""

import math
import re
from datetime import datetime, tzinfo

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def amount(value: float, unit: str) -> str:
    """A value with its unit: `34%`, `412 ms`, `180 MB`, `25/s`. Units are those of `Query.unit`."""
    if not math.isfinite(value):
        return "no data"
    match unit:
        case "ratio":
            return f"{_short(value * 100)}%"
        case "percent":
            return f"{_short(value)}%"
        case "seconds":
            return f"{_short(value * 1000)} ms" if abs(value) < 1 else f"{_short(value)} s"
        case "bytes":
            return _bytes(value)
        case "per_second":
            return f"{_short(value)}/s"
        case "bool":
            return "up" if value >= 0.5 else "down"
        case _:
            return _short(value)


def duration(seconds: float) -> str:
    """`850 ms`, `42 s`, `5 min`, `2 h 10 min`, `3 d`."""
    if seconds < 1:
        return f"{max(0.0, seconds) * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    if seconds < 172_800:
        hours, minutes = divmod(round(seconds / 60), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{seconds / 86_400:.0f} d"


def about(seconds: float) -> str:
    """`7 min`, `40 min`, `5 h`, `13 d`: a time that nobody knows exactly."""
    if seconds < 5400:
        minutes = max(1, round(seconds / 60))
        return f"{minutes if minutes < 10 else 5 * round(minutes / 5)} min"
    return f"{round(seconds / 3600)} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} d"


def clock_time(at: float, zone: tzinfo) -> str:
    """`14:03:22` in the zone."""
    return datetime.fromtimestamp(at, zone).strftime("%H:%M:%S")


def until_time(at: float, zone: tzinfo) -> str:
    """`14:03` in the zone."""
    return datetime.fromtimestamp(at, zone).strftime("%H:%M")


def moment(at: float, zone: tzinfo) -> str:
    """`2026-11-20 14:03:22 CET` in the zone."""
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def times(factor: float) -> str:
    """`3.1 times`, for comparing with normal."""
    return f"{_short(factor)} times"


def count(number: int, word: str) -> str:
    """`1 service`, `3 services`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def inert(text: str) -> str:
    """The text without control and direction characters, which could do things to a terminal or a reader."""
    return _CONTROL.sub(" ", text)


def listing(items: tuple[str, ...] | list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def _short(value: float) -> str:
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{value:z.{digits}f}"  # z: never "-0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bytes(value: float) -> str:
    size = value
    for unit in ("B", "kB", "MB", "GB"):
        if abs(size) < 1000:
            return f"{_short(size)} {unit}"
        size /= 1000
    return f"{_short(size)} TB"
