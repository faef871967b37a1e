"""Durations such as `15s`, `10m`, `7d`, in the config and on the command line."""

import math
import re
from typing import Annotated

from pydantic import BeforeValidator

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")


def seconds(value: object) -> float:
    """A duration in seconds; a bare number is seconds already.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf:
        return float(value)
    found = _FORM.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f"{str(value)[:40]!r} is not a duration: write 15s, 10m, 2h or 7d")
    return float(found[1]) * UNITS[found[2]]


Duration = Annotated[float, BeforeValidator(seconds)]
