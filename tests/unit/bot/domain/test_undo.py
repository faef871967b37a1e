from dataclasses import replace

import pytest

from actions.model import Action
from bot.domain.dossier import Dossier
from bot.domain.execution import Result
from bot.domain.proposals import Proposal
from bot.domain.undo import undo
from tests import builders

ROLLBACK = builders.plan("rollback")
FORWARD = replace(ROLLBACK.action, revision="v2")


def tried(result: Result, inverse: Action | None = FORWARD, *, ended: bool = True) -> Dossier:
    """An incident whose roll-back was done, with what came of it."""
    proposal = builders.approved(builders.proposal("p1", replace(ROLLBACK, inverse=inverse)), builders.T + 90)
    outcomes = (builders.outcome(result=result),) if ended else ()
    return Dossier(builders.incident(), (proposal,), (builders.execution("x1", "p1"),), outcomes)


def test_what_made_it_worse_is_undone_first() -> None:
    found = undo(tried("worse"))
    assert found is not None
    assert found.first
    assert (found.offer.action, found.execution_id) == (FORWARD, "x1")
    assert found.offer.reason == "roll back payments to v1 made it worse: this undoes it"


def test_what_did_not_help_can_be_undone_beside_other_cures() -> None:
    found = undo(tried("not_recovered"))
    assert found is not None
    assert not found.first


@pytest.mark.parametrize("result", ["recovered", "unclear"])
def test_what_helped_or_is_unclear_stays(result: Result) -> None:
    assert undo(tried(result)) is None


def test_there_is_no_undo_before_the_verdict_nor_without_an_inverse() -> None:
    assert undo(tried("worse", ended=False)) is None
    assert undo(tried("worse", inverse=None)) is None
    assert undo(Dossier(builders.incident())) is None


def test_an_undo_is_not_undone_again() -> None:
    first = tried("worse")
    back: Proposal = builders.approved(
        builders.proposal("p2", replace(ROLLBACK, action=FORWARD, inverse=ROLLBACK.action)), builders.T + 200
    )
    second = builders.execution("x2", "p2")
    outcomes = (*first.outcomes, builders.outcome(execution_id="x2", result="not_recovered"))
    both = replace(first, proposals=(back, *first.proposals), executions=(*first.executions, second), outcomes=outcomes)
    assert undo(both) is None
