import re

from bot.flow.ids import fresh


def test_ids_are_short_and_never_meet_twice() -> None:
    made = {fresh() for _ in range(10_000)}
    assert len(made) == 10_000
    assert all(re.fullmatch("[0-9a-f]{12}", one) for one in made)
