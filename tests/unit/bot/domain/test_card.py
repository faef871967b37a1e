from typing import get_args

from bot.domain.card import GROUPS, Button, Verb


def test_every_verb_has_its_group() -> None:
    assert set(GROUPS) == set(get_args(Verb))


def test_what_is_about_one_thing_in_one_way_stands_together() -> None:
    assert Button("approve", "Yes", "p1", "d").group == Button("reject", "No", "p1", "d").group
    assert Button("approve", "Yes", "p1", "d").group != Button("approve", "Yes", "p2", "d").group
    assert Button("ack", "Ack", "i1").group != Button("silence", "1 h", "i1", "1h").group
