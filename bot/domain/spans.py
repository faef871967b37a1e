"""For how long, as people write it: `2h`, `45m`, `3d`, `tomorrow`."""

import re
from datetime import datetime, time, timedelta, tzinfo

MORNING = time(8)
LONGEST = 30 * 86_400.0
SHORTEST = 60.0
_UNITS = {"m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_FORM = re.compile(r"(\d{1,5})\s*(min|m|h|d|w)", re.IGNORECASE)


def until(words: str, now: float, zone: tzinfo) -> float:
    """When a span that begins now ends, epoch seconds. `tomorrow` is eight in the morning of the next day.

    Raises:
        ValueError: it is no span, or shorter than a minute, or longer than 30 days.
    """
    if words.lower() == "tomorrow":
        day = datetime.fromtimestamp(now, zone).date() + timedelta(days=1)
        return datetime.combine(day, MORNING, zone).timestamp()
    found = _FORM.fullmatch(words.strip())
    if found is None:
        raise ValueError(f"{words[:20]!r} says not for how long: write 30m, 2h, 1d or tomorrow")
    length = float(found[1]) * _UNITS[found[2].lower()]
    if not SHORTEST <= length <= LONGEST:
        raise ValueError(f"{words[:20]!r} is too {'short' if length < SHORTEST else 'long'}: one minute to 30 days")
    return now + length
