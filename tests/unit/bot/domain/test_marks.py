"""What happened, as marks beside a course."""

import pytest

from bot.domain.execution import Result
from bot.domain.marks import Mark, MarkKind, happened
from tests import builders as make
from tests.builders import T


def test_marks_are_what_happened_in_order() -> None:
    one = make.incident(state="resolved", resolved_at=T + 160)
    never_begun, forgotten = make.execution("x2", started_at=None), make.execution("x3", "p9")
    whole = make.dossier(one, executions=(make.execution(), never_begun, forgotten), outcomes=(make.outcome(),))
    assert [(mark.kind, mark.at - T, mark.label) for mark in happened(whole)] == [
        ("deployment", -60, "payments v2"),
        ("onset", 0, "onset"),
        ("action", 91, "roll back payments to v1"),
        ("recovered", 154, "recovered"),
        ("resolved", 160, "resolved"),
    ]


@pytest.mark.parametrize(
    ("result", "kind", "label"),
    [
        ("recovered", "recovered", "recovered"),
        ("not_recovered", "not_recovered", "not recovered"),
        ("worse", "not_recovered", "it got worse"),
        ("unclear", "not_recovered", "unclear"),
    ],
)
def test_only_a_recovery_is_good_news(result: Result, kind: MarkKind, label: str) -> None:
    verdict = make.outcome(result=result, reason="why")
    (found,) = [mark for mark in happened(make.dossier(outcomes=(verdict,))) if mark.at == verdict.at]
    assert (found.kind, found.label) == (kind, label)


def test_a_deployment_without_a_name_is_still_said() -> None:
    one = make.incident(evidence=(make.evidence(subject=""),))
    assert happened(make.dossier(one))[0] == Mark(
        T - 60, "deployment", "payments v2 was deployed 60 s before the onset", "payments deployed"
    )
