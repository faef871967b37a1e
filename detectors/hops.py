"""Who holds requests up, read from log lines: lines that name the same request, and the time between them.

A request's lines, in order, hop from service to service. A service that is slow, or that is reached slowly, makes the
hops to it and from it longer than they were, all of them, while each of its neighbours has other hops that are not.
No tracing is needed, only an identifier of the request in the lines.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

REQUEST = re.compile(
    r"\b(?=[0-9a-f]*\d)[0-9a-f]{16,64}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE
)
"""What names a request: the first long hexadecimal number or UUID of a line."""
SLOW = 10.0
"""A hop is slow when it takes so many times what half of its kind took before, for what runs on takes any time."""
LEAST = 3
"""Hops of one kind before the moment that tell how long it takes; of fewer, what all hops take tells."""
USUAL = 0.5
CALLER = 0.8
"""How far the one of a slow hop that met the request first answers for it: callees hold up callers."""


class Line(NamedTuple):
    """A log line: epoch seconds, the service that wrote it, its text."""

    time: float
    service: str
    text: str


@dataclass(slots=True)
class Held:
    """What is known of one service. seconds: more than usual, over its slow hops; slow, hops: how many."""

    seconds: float = 0.0
    slow: int = 0
    hops: int = 0
    worst: tuple[float, str, str] = field(default=(0.0, "", ""))

    @property
    def blame(self) -> float:
        """Seconds that it held requests up, less so the more of its hops were as always."""
        return self.seconds * math.sqrt(self.slow / (self.hops + 1.0))


class _Hop(NamedTuple):
    source: str
    target: str
    callee: str
    seconds: float
    late: bool


def held_up(lines: Sequence[Line], moment: float) -> Mapping[str, Held]:
    """What each service adds to requests after the moment; empty where no lines name requests, or none before it."""
    hops = list(_hops(lines, moment))
    limits = _limits([hop for hop in hops if not hop.late])
    found: dict[str, Held] = {}
    if not limits:
        return found
    for hop in hops:
        if hop.late:
            usual = limits.get((hop.source, hop.target), limits["", ""])
            _note(found, hop, usual)
    return found


def _note(found: dict[str, Held], hop: _Hop, usual: float) -> None:
    more = hop.seconds - usual
    for service in (hop.source, hop.target):
        held = found.setdefault(service, Held())
        held.hops += 1
        if hop.seconds > SLOW * usual:
            held.slow += 1
            held.seconds += more * (1.0 if service == hop.callee else CALLER)
            held.worst = max(held.worst, (more, hop.source, hop.target))


def _hops(lines: Sequence[Line], moment: float) -> Iterable[_Hop]:
    """The hops between services, request by request."""
    requests: dict[str, list[Line]] = {}
    for line in lines:
        if named := REQUEST.search(line.text):
            requests.setdefault(named.group(), []).append(line)
    for own in requests.values():
        own.sort(key=lambda line: line.time)
        met = {line.service: -place for place, line in reversed(list(enumerate(own)))}
        for one, other in pairwise(own):
            if one.service != other.service:
                callee = min(one.service, other.service, key=met.__getitem__)
                yield _Hop(one.service, other.service, callee, other.time - one.time, one.time >= moment)


def _limits(hops: Sequence[_Hop]) -> dict[tuple[str, str], float]:
    """The seconds that each kind of hop took, seldom more; of all kinds together under two empty names."""
    kinds: dict[tuple[str, str], list[float]] = {}
    for hop in hops:
        kinds.setdefault((hop.source, hop.target), []).append(hop.seconds)
    enough = {kind: float(np.quantile(took, USUAL)) for kind, took in kinds.items() if len(took) >= LEAST}
    if hops:
        enough["", ""] = float(np.quantile([hop.seconds for hop in hops], 0.9))
    least = 0.001 if hops else 0.0  # clocks and stamps are no finer
    return {kind: max(took, least) for kind, took in enough.items()}
