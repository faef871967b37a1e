import json
from typing import Any

import pytest

from bot.domain.signals import Track
from bot.store import codec
from tests import builders as make
from tests.fakes.actuator import state

VALUES = [
    make.incident(make.signal(), make.log_signal(), due=frozenset({"offer", "investigate"})),
    make.incident(diagnosis=None, suspects=(), evidence=(), resolved_at=make.T),
    make.proposal(),
    make.approved(make.proposal(plan_=make.plan("scale")), make.T),
    make.outcome(make.measure(after=None)),
    Track(make.signal(expected=None), bad=2, good=1),
    state("v1", "v2"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_is_written_is_read_back(value: Any) -> None:
    text = codec.dump(value)
    assert codec.load(type(value), text) == value
    json.loads(text)


def test_a_digest_survives_the_way_through_the_store() -> None:
    proposal = make.proposal()
    assert codec.load(type(proposal), codec.dump(proposal)).plan.digest == proposal.plan.digest


@pytest.mark.parametrize("text", ["NUL \x00", "half \ud83d pair \udc00", "\u202e", "💥"])
def test_any_text_is_written_so_that_a_database_takes_it(text: str) -> None:
    written = codec.dump(make.event(text=text))
    assert "\x00" not in written
    written.encode()
    assert codec.load(type(make.event()), written).text == text.replace("\ud83d", "?").replace("\udc00", "?")
