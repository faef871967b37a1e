import pytest

from bot.domain.errors import ChatError
from bot.flow.manners import REST, Manners


@pytest.mark.parametrize(("late", "note"), [(0, ""), (1, "1 update delayed"), (3, "3 updates delayed")])
def test_how_far_a_surface_is_behind(late: int, note: str) -> None:
    assert Manners(late=late).note == note


@pytest.mark.parametrize(("permanent", "after", "rests"), [(True, 0, True), (True, REST, False), (False, 0, False)])
def test_only_what_a_person_must_mend_rests_and_only_for_a_while(permanent: bool, after: float, rests: bool) -> None:
    manners, error = Manners(), ChatError("no", permanent=permanent)
    manners.rest("a", error, 100.0)
    assert manners.resting("a", 100.0 + after) is (error if rests else None)
    assert manners.resting("b", 100.0) is None
