from dataclasses import replace

import pytest

from actions.manifest import Manifest, Release
from demo.reconcile import Replica, Start, Step, Stop, back_off, decide, problem

NOW = 1000.0
RELEASES = (Release("v1", ("run",)), Release("v2", ("run",)))
WANTED = Manifest(service="payments", replicas=2, revision="v1", revisions=RELEASES)


def ready(number: int, slot: int, revision: str = "v1", restarted_at: float = 0.0) -> Replica:
    return Replica(number, slot, revision, restarted_at, "ready")


def starting(number: int, slot: int, revision: str = "v1") -> Replica:
    return Replica(number, slot, revision, 0.0, "starting")


def exited(number: int, slot: int, revision: str = "v1", retry_at: float = NOW + 1) -> Replica:
    return Replica(number, slot, revision, 0.0, "exited", retry_at)


V2 = replace(WANTED, revision="v2")
RESTART = replace(WANTED, restarted_at=900.0)

CASES: dict[str, tuple[Manifest, list[Replica], list[Step]]] = {
    "nothing runs: all slots start at once": (WANTED, [], [Start(0), Start(1)]),
    "all is as wanted": (WANTED, [ready(1, 0), ready(2, 1)], []),
    "still starting": (WANTED, [starting(1, 0), starting(2, 1)], []),
    "scaled up": (replace(WANTED, replicas=3), [ready(1, 0), ready(2, 1)], [Start(2)]),
    "scaled down: the highest slot goes": (replace(WANTED, replicas=1), [ready(1, 0), ready(2, 1)], [Stop(2)]),
    "scaled to nothing": (replace(WANTED, replicas=0), [ready(1, 0), exited(2, 1)], [Stop(1), Stop(2)]),
    "a new revision: one slot at a time": (V2, [ready(1, 0), ready(2, 1)], [Start(0)]),
    "its first replica starts: the old one serves on": (V2, [ready(1, 0), starting(3, 0, "v2"), ready(2, 1)], []),
    "it is ready: the old one ends, the next slot follows": (
        V2,
        [ready(1, 0), ready(3, 0, "v2"), ready(2, 1)],
        [Stop(1), Start(1)],
    ),
    "it crashed: the old one serves on and the roll-out waits": (
        V2,
        [ready(1, 0), exited(3, 0, "v2"), ready(2, 1)],
        [],
    ),
    "its back-off is over: it tries again": (
        V2,
        [ready(1, 0), exited(3, 0, "v2", NOW), ready(2, 1)],
        [Start(0)],
    ),
    "a restart: one slot at a time": (RESTART, [ready(1, 0), ready(2, 1)], [Start(0)]),
    "restarted since": (RESTART, [ready(1, 0, restarted_at=900.0), ready(2, 1, restarted_at=900.0)], []),
    "crashed and waiting": (WANTED, [exited(1, 0), ready(2, 1)], []),
    "crashed and due": (WANTED, [exited(1, 0, retry_at=NOW), ready(2, 1)], [Start(0)]),
    "rolled back out of a crash loop: no waiting": (
        WANTED,
        [exited(1, 0, "v2"), exited(2, 1, "v2")],
        [Stop(1), Start(0), Stop(2), Start(1)],
    ),
    "rolled back while the bad one starts": (
        WANTED,
        [starting(1, 0, "v2"), ready(2, 1)],
        [Stop(1), Start(0)],
    ),
    "rolled back while the bad one starts beside a good one": (
        WANTED,
        [ready(1, 0), starting(3, 0, "v2"), ready(2, 1)],
        [Stop(3)],
    ),
    "a dead slot does not wait for a roll-out elsewhere": (
        V2,
        [ready(1, 0), exited(2, 1)],
        [Start(0), Stop(2), Start(1)],
    ),
}


@pytest.mark.parametrize(("manifest", "replicas", "steps"), CASES.values(), ids=CASES)
def test_decide(manifest: Manifest, replicas: list[Replica], steps: list[Step]) -> None:
    assert list(decide(manifest, replicas, NOW)) == steps


@pytest.mark.parametrize(("crashes", "seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (50, 8.0)])
def test_back_off_grows_up_to_a_limit(crashes: int, seconds: float) -> None:
    assert back_off(crashes) == seconds


@pytest.mark.parametrize(
    ("crashes", "code", "text"),
    [
        (1, 1, "Crashed: payments-0 (v2) exited with code 1"),
        (3, 1, "CrashLoopBackOff: payments-0 (v2) exited 3 times, last with code 1"),
        (2, -9, "CrashLoopBackOff: payments-0 (v2) exited 2 times, last by signal 9"),
    ],
)
def test_problem_says_what_happened_to_whom(crashes: int, code: int, text: str) -> None:
    assert problem("payments-0", "v2", crashes, code) == text
