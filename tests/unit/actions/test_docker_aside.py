from typing import Any

import pytest

from actions.docker_aside import in_the_way, spent, stands_aside
from actions.docker_read import ACTION
from tests.unit.actions.test_docker_read import container

OURS = {ACTION: "a0"}


def called(name: str, *, ours: bool = False, status: str = "running") -> dict[str, Any]:
    made = container(name, labels=OURS if ours else None, Status=status, Running=status == "running")
    return {**made, "Name": f"/{name}"}


@pytest.mark.parametrize(
    ("aside", "heirs", "surely"),
    [
        (called("till.steward-new", ours=True, status="created"), [called("till")], True),
        (called("till.steward-new", ours=True, status="running"), [called("till")], False),
        (called("till.steward-new", ours=True, status="exited"), [called("till")], False),
        (called("till.steward-new", status="created"), [called("till")], False),
        (called("till.steward-old", status="exited"), [called("till", ours=True)], True),
        (called("till.steward-old", status="running"), [called("till", ours=True)], False),
        (called("till.steward-old", status="exited"), [called("till", ours=True, status="exited")], False),
        (called("till.steward-old", status="exited"), [called("till")], False),
        (called("till.steward-old", status="exited"), [called("shop", ours=True)], False),
        (called("till.steward-old", status="exited"), [], False),
    ],
)
def test_what_may_be_cleared_away(aside: dict[str, Any], heirs: list[dict[str, Any]], surely: bool) -> None:
    assert stands_aside(aside)
    assert spent(aside, heirs) is surely


@pytest.mark.parametrize(
    ("name", "heirs", "words"),
    [
        (
            "till.steward-old",
            [],
            "was cut off: put it back, docker rename till.steward-old till && docker start till",
        ),
        ("till.steward-old", ["till"], "is in the way: see what it is, then docker rm till.steward-old"),
        ("till.steward-new", [], "is in the way: see what it is, then docker rm till.steward-new"),
    ],
)
def test_what_is_in_the_way_has_its_mend(name: str, heirs: list[str], words: str) -> None:
    assert words in in_the_way(called(name), [called(heir) for heir in heirs])


def test_names_of_others_do_not_stand_aside() -> None:
    assert not stands_aside(called("till.steward-older"))
