import pytest

from bot.flow.manners import Manners


@pytest.mark.parametrize(("late", "note"), [(0, ""), (1, "1 update delayed"), (3, "3 updates delayed")])
def test_how_far_a_surface_is_behind(late: int, note: str) -> None:
    assert Manners(late=late).note == note
