"""The names of containers beside a target's own during a roll-back, and what those that are left there mean. Pure."""

from collections.abc import Sequence

from actions.docker_read import ACTION, Json, name

NEW, OLD = ".steward-new", ".steward-old"


def stands_aside(container: Json) -> bool:
    """Whether it is the one that comes, or the one that goes."""
    return name(container).endswith((NEW, OLD))


def spent(aside: Json, containers: Sequence[Json]) -> bool:
    """Whether it is surely Steward's own and needed no more.

    Either it was made for a roll-back and never started, or it was stopped for one and its successor runs.
    """
    if name(aside).endswith(NEW):
        return _ours(aside) and aside["State"]["Status"] == "created"
    heir = _heir(aside, containers)
    return heir is not None and _ours(heir) and bool(heir["State"]["Running"]) and not aside["State"]["Running"]


def in_the_way(aside: Json, containers: Sequence[Json]) -> str:
    """Why nothing can be rolled back while it is there, with the mend."""
    called = name(aside)
    if called.endswith(OLD) and _heir(aside, containers) is None:
        place = _place(aside)
        return (
            f"{called} was left aside by a roll-back that was cut off: put it back, "
            f"docker rename {called} {place} && docker start {place}"
        )
    return f"{called} is in the way: see what it is, then docker rm {called}"


def _heir(aside: Json, containers: Sequence[Json]) -> Json | None:
    return next((each for each in containers if name(each) == _place(aside)), None)


def _place(aside: Json) -> str:
    return name(aside).removesuffix(NEW).removesuffix(OLD)


def _ours(container: Json) -> bool:
    return ACTION in (container["Config"].get("Labels") or {})
