from typing import Any

import pytest

from bot.domain.delivery import Behind, Unsaid, Urgency
from bot.domain.timeline import EventKind
from tests import builders as make
from tests.builders import T


def behind(**over: Any) -> Behind:
    given: dict[str, Any] = {"ref": "C1:1", "state": "open", "severity": "warning", "services": ("a",), **over}
    return Behind("i1", opened_at=T, **given)


@pytest.mark.parametrize(
    ("one", "urgency"),
    [
        (behind(ref=""), Urgency.NEW),
        (behind(ref="", state="resolved"), Urgency.NEW),
        (behind(offers=True), Urgency.APPROVAL),
        (behind(state="acting"), Urgency.APPROVAL),
        (behind(state="verifying"), Urgency.APPROVAL),
        (behind(state="resolved"), Urgency.RESOLVED),
        (behind(), Urgency.EDIT),
    ],
)
def test_new_before_approvals_before_ends_before_the_rest(one: Behind, urgency: Urgency) -> None:
    assert one.urgency == urgency
    assert sorted(Urgency) == [Urgency.NEW, Urgency.APPROVAL, Urgency.RESOLVED, Urgency.EDIT]


@pytest.mark.parametrize(
    ("kind", "urgency"),
    [
        ("reminded", Urgency.NEW),
        ("escalated", Urgency.NEW),
        ("proposed", Urgency.APPROVAL),
        ("failed", Urgency.APPROVAL),
        ("resolved", Urgency.RESOLVED),
        ("diagnosed", Urgency.EDIT),
    ],
)
def test_facts_are_as_urgent_as_what_they_ask_for(kind: EventKind, urgency: Urgency) -> None:
    assert Unsaid(make.event(kind), "C1:1", behind()).urgency == urgency
