from collections.abc import Iterator

import pytest

from detectors.hops import Line, held_up

MOMENT = 1000.0


def request(number: int, at: float, path: str, slow: str = "", more: float = 1.0) -> Iterator[Line]:
    """A request that writes a line in each service of the path; hops from and to the slow one take longer."""
    name = f"{number:032x}"
    for place, service in enumerate(path):
        if place:
            at += more if slow and slow in path[place - 1 : place + 1] else 0.01
        yield Line(at, service, f"INFO trace={name} does {place}")


def requests(slow: str, paths: tuple[str, ...] = ("abcba", "abdba", "abeba")) -> list[Line]:
    out: list[Line] = []
    for number in range(60):
        at = 10.0 * number
        out += request(number + 1, at, paths[number % len(paths)])
        out += request(number + 1000, MOMENT + at, paths[number % len(paths)], slow)
    return out


@pytest.mark.parametrize("slow", ["b", "c", "d", "e"])
def test_who_holds_requests_up_is_the_one_at_all_slow_hops(slow: str) -> None:
    held = held_up(requests(slow), MOMENT)
    assert max(held, key=lambda service: held[service].blame) == slow
    assert held[slow].slow > 0
    assert slow in held[slow].worst[1:]


def test_of_two_that_only_meet_each_other_the_called_one_is_blamed() -> None:
    held = held_up(requests("b", ("aba",)), MOMENT)
    assert held["b"].blame > held["a"].blame > 0


def test_nobody_is_blamed_when_nothing_is_slower() -> None:
    assert all(one.blame == 0 for one in held_up(requests(""), MOMENT).values())


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="no lines"),
        pytest.param([Line(1.0, "a", "hello"), Line(1001.0, "b", "hello")], id="no request is named"),
        pytest.param(list(request(1, MOMENT, "abc", "b")), id="nothing before"),
        pytest.param([Line(1.0, "a", "deadbeefdeadbeefdeadbeef")] * 2, id="letters alone name no request"),
    ],
)
def test_where_nothing_can_be_told_nothing_is(lines: list[Line]) -> None:
    assert held_up(lines, MOMENT) == {}


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = requests("c")
    assert held_up(lines[::-1], MOMENT) == held_up(lines, MOMENT)
