"""How fast a surface may be sent to: token buckets, so that its documented limits are kept before it says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["post", "edit", "picture"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and then one every `every` seconds. `shared`: for all places together, not for each."""

    burst: int
    every: float
    shared: bool = False


class Pace:
    """The buckets of one surface. Kinds without an allowance of their own are free."""

    def __init__(self, allowances: Mapping[Kind, Allowance]) -> None:
        self._allowances = allowances
        self._ready: dict[tuple[Kind, str], float] = {}
        """For each bucket the moment at which it would be full again."""

    def take(self, kind: Kind, place: str, now: float) -> bool:
        """Takes a token if there is one. `now` only grows, in seconds."""
        allowance = self._allowances.get(kind)
        if allowance is None:
            return True
        bucket = (kind, "" if allowance.shared else place)
        full = max(self._ready.get(bucket, now), now)
        if full - now > (allowance.burst - 1) * allowance.every:
            return False
        self._ready[bucket] = full + allowance.every
        return True
