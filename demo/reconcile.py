"""What a supervisor should do next so that reality becomes what a manifest wants. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from actions.manifest import Manifest

Phase = Literal["starting", "ready", "exited"]

LONGEST_WAIT = 8.0
STABLE_AFTER = 10.0


@dataclass(frozen=True, slots=True)
class Replica:
    """One process in one slot of a service, as the decision sees it. Times are epoch seconds.

    restarted_at: the manifest's `restarted_at` when it was started.
    retry_at: for one that exited by itself, when it may be started again.
    """

    id: int
    slot: int
    revision: str
    restarted_at: float
    phase: Phase
    retry_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Start:
    """Start a process of the wanted revision in this slot."""

    slot: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End this replica, or forget it where it has exited."""

    id: int


Step: TypeAlias = Start | Stop


def decide(manifest: Manifest, replicas: Sequence[Replica], now: float) -> tuple[Step, ...]:
    """The steps that are due now; none when all is as wanted or must be waited for.

    A replica that serves is replaced by one that is ready before it ends, one slot at a time. One that does not
    serve is replaced at once. One that exited by itself is started again when its back-off is over.
    """
    return tuple(_steps(manifest, replicas, now))


def _steps(manifest: Manifest, replicas: Sequence[Replica], now: float) -> Iterator[Step]:
    yield from (Stop(replica.id) for replica in replicas if replica.slot >= manifest.replicas)
    rolling = False
    for slot in range(manifest.replicas):
        here = [replica for replica in replicas if replica.slot == slot]
        fresh = [replica for replica in here if _is_fresh(replica, manifest)]
        old = [replica for replica in here if replica not in fresh]
        if any(replica.phase == "ready" for replica in fresh):
            yield from (Stop(replica.id) for replica in old)
            continue
        yield from (Stop(replica.id) for replica in old if replica.phase != "ready")
        served = any(replica.phase == "ready" for replica in old)
        if all(replica.phase == "exited" and replica.retry_at <= now for replica in fresh) and not (served and rolling):
            yield Start(slot)
        rolling = rolling or served


def _is_fresh(replica: Replica, manifest: Manifest) -> bool:
    return replica.revision == manifest.revision and replica.restarted_at >= manifest.restarted_at


def back_off(crashes: int) -> float:
    """Seconds to wait after this many crashes in a row: 1, 2, 4 and then 8."""
    return min(2.0 ** (crashes - 1), LONGEST_WAIT)


def problem(name: str, revision: str, crashes: int, code: int) -> str:
    """What is wrong with a slot that crashed this many times in a row, as its supervisor says it."""
    how = f"with code {code}" if code >= 0 else f"by signal {-code}"
    if crashes == 1:
        return f"Crashed: {name} ({revision}) exited {how}"
    return f"CrashLoopBackOff: {name} ({revision}) exited {crashes} times, last {how}"
