from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import Allowance, Pace


def test_so_many_at_once_and_then_one_after_the_other() -> None:
    pace = Pace({"post": Allowance(3, 2.0)})
    assert [pace.take("post", "C1", 0.0) for _ in range(5)] == [True, True, True, False, False]
    assert pace.take("post", "C1", 1.9) is False
    assert pace.take("post", "C1", 2.0) is True
    assert pace.take("post", "C1", 2.0) is False
    assert [pace.take("post", "C1", 100.0) for _ in range(4)] == [True, True, True, False]


def test_places_are_apart_unless_they_share() -> None:
    pace = Pace({"post": Allowance(1, 1.0), "edit": Allowance(1, 1.0, shared=True)})
    assert pace.take("post", "C1", 0.0)
    assert pace.take("post", "C2", 0.0)
    assert pace.take("edit", "C1", 0.0)
    assert not pace.take("edit", "C2", 0.0)


def test_what_has_no_allowance_is_free() -> None:
    pace = Pace({})
    assert all(pace.take("post", "C1", 0.0) for _ in range(1000))


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=200))
def test_never_more_than_the_allowance_in_any_stretch(steps: list[float]) -> None:
    pace, now, taken = Pace({"post": Allowance(4, 3.0)}), 0.0, list[float]()
    for step in steps:
        now += step
        if pace.take("post", "C1", now):
            taken.append(now)
    for place, first in enumerate(taken):
        for last in range(place, len(taken)):
            assert last - place + 1 <= 4 + (taken[last] - first) / 3.0 + 1e-6
