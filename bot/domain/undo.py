"""The way back from an action that did not help: a proposal of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.model import Action, describe
from bot.domain.dossier import Dossier
from bot.domain.execution import Outcome
from bot.domain.proposals import Offer


@dataclass(frozen=True, slots=True)
class Undo:
    """What would undo the last action. `first`: it made things worse, so this comes before any other cure."""

    offer: Offer
    execution_id: str
    first: bool


def undo(dossier: Dossier) -> Undo | None:
    """The inverse of the newest action that did not help, unless that was done already or cannot be undone."""
    by_execution = {outcome.execution_id: outcome for outcome in dossier.outcomes}
    done = [one for one in dossier.executions if one.state == "done"]
    if not done or done[-1].id not in by_execution:
        return None
    outcome = by_execution[done[-1].id]
    proposal = next(one for one in dossier.proposals if one.id == done[-1].proposal_id)
    inverse = proposal.plan.inverse
    if outcome.result not in {"worse", "not_recovered"} or inverse is None or _is_undo(inverse, dossier, done[-1].id):
        return None
    return Undo(Offer(inverse, _reason(proposal.plan.action, outcome)), done[-1].id, outcome.result == "worse")


def _is_undo(inverse: Action, dossier: Dossier, execution_id: str) -> bool:
    """Whether the action was itself the undoing of the one before: undoing that would go in circles."""
    earlier: Sequence[str] = [
        one.proposal_id for one in dossier.executions if one.id != execution_id and one.state == "done"
    ]
    return any(one.plan.action == inverse for one in dossier.proposals if one.id in earlier)


def _reason(action: Action, outcome: Outcome) -> str:
    what = describe(action)
    return (
        f"{what} made it worse: this undoes it" if outcome.result == "worse" else f"{what} did not help: this undoes it"
    )
