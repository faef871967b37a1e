"""How much time each container has when several are stopped one after the other within one action. Pure.

Whoever runs an action gives up after a while, so what cannot fit is refused by the plan, and what must be hurried is
told there. Docker itself waits for nothing: a container is waited for only where its health check can answer in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from actions.docker_read import Json
from actions.options import LONGEST

BACK = 8.0
"""Seconds to put back what was cut off, out of those that an action has in all."""

WAY = LONGEST - BACK

EXTRA = 1.0
"""Seconds for each container that the engine needs beside stopping: create, rename, start, remove."""

USUAL = 10
"""Docker's own grace period, where a container names none."""

LEAST = 2
"""A shorter grace period is not offered."""

USUAL_INTERVAL = 30.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The grace period of each container, by id, in whole seconds; and whether each is waited for before the next."""

    grace: Mapping[str, int]
    waits: bool


def pace(containers: Sequence[Json], *, replaced: bool = True) -> Pace:
    """The pace for these containers in this order. `replaced`: they come back; else they only go."""
    wait = _wait(containers) if replaced else inf
    waits = len(containers) > 1 and all(_room(containers, wait) >= _least(each) for each in containers)
    room = int(_room(containers, wait if waits else 0.0))
    return Pace({each["Id"]: int(min(_own(each), max(room, LEAST))) for each in containers}, waits)


def at_once(containers: Sequence[Json]) -> int:
    """How many of them a restart or a roll-back may take away before the first is well again."""
    return 1 if pace(containers).waits else len(containers)


def too_slow(containers: Sequence[Json]) -> str:
    """Why stopping these cannot fit into one action, or nothing."""
    room = _room(containers, 0.0)
    if not (slow := [each for each in containers if room < _least(each)]):
        return ""
    called, own, many = str(slow[0]["Name"]).lstrip("/"), _own(slow[0]), len(containers) > 1
    long = "may take for ever" if own == inf else f"may take {own:.0f} s"
    mends = [
        *(["give it a shorter grace period"] if slow[0]["Config"].get("StopTimeout") is not None else []),
        *(["act on single containers, by `container`"] if many else []),
    ]
    whole = f"all {len(containers)} containers" if many else "the action"
    return f"stopping {called} {long}, and {whole} must be done within {WAY:.0f} s: {', or '.join(mends)}"


def hurried(containers: Sequence[Json], found: Pace) -> str:
    """The shortened grace period in words, where there is one."""
    short = [found.grace[each["Id"]] for each in containers if found.grace[each["Id"]] < _own(each)]
    return f"{min(short)} s each, then killed: all {len(containers)} must be done within {WAY:.0f} s" if short else ""


def _room(containers: Sequence[Json], wait: float) -> float:
    """Seconds that each has to stop, when so many seconds go by with waiting."""
    return (WAY - wait) / max(1, len(containers)) - EXTRA


def _own(container: Json) -> float:
    """The grace period that the container asks for."""
    asked = container["Config"].get("StopTimeout")
    if asked is None:
        return USUAL
    return inf if asked < 0 else float(asked)


def _least(container: Json) -> float:
    """What it must have: what somebody asked for it, for stopping sooner may lose something."""
    own = _own(container)
    return own if container["Config"].get("StopTimeout") is not None else min(own, LEAST)


def _wait(containers: Sequence[Json]) -> float:
    """Seconds until all but the last can have become well, one after the other; inf where one cannot say so."""
    return sum(map(_until_well, containers[:-1])) if all(_until_well(each) < inf for each in containers) else inf


def _until_well(container: Json) -> float:
    """Seconds until the health check has answered, or the time is over that somebody gave the start."""
    check = container["Config"].get("Healthcheck") or {}
    if (check.get("Test") or ["NONE"])[0] == "NONE":
        return inf
    begins = _seconds(check, "StartPeriod")
    quick = _seconds(check, "StartInterval") if begins else 0.0
    return max(begins, quick or _seconds(check, "Interval") or USUAL_INTERVAL)


def _seconds(check: Json, name: str) -> float:
    return float(check.get(name) or 0) / 1e9
