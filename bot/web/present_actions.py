"""From domain values about actions to what the API answers. Pure."""

from collections.abc import Sequence

from actions.model import describe
from bot.domain.dossier import Dossier
from bot.domain.execution import Execution
from bot.domain.halt import Stop
from bot.domain.proposals import Proposal
from bot.domain.standing import Standing
from bot.web.action_views import (
    ActionsView,
    ActionView,
    ApprovalView,
    ChangeView,
    ProposalView,
    RunView,
    StandingView,
    StopView,
)


def actions(
    stop: Stop | None, given: Sequence[Standing], executed: Sequence[tuple[Execution, Proposal]], *, may_decide: bool
) -> ActionsView:
    """The switch, what is approved in advance, and what of the executed runs still.

    Args:
        stop: who stopped all actions, if somebody did.
        given: the standing approvals that hold.
        executed: recent executions, over or not.
        may_decide: whether the one who asks may approve anything.
    """
    return ActionsView(
        stopped=None if stop is None else _stop(stop),
        standings=tuple(_standing(one) for one in given),
        running=tuple(_run(done, offer) for done, offer in executed if done.state in {"queued", "running"}),
        may_decide=may_decide,
    )


def _stop(one: Stop) -> StopView:
    return StopView.model_validate(
        {"identity": one.identity, "words": one.words, "at": one.at, "reason": one.reason, "text": one.sentence}
    )


def _standing(one: Standing) -> StandingView:
    """Without the target's options, as a proposal."""
    values = {name: getattr(one, name) for name in StandingView.model_fields if name != "service"}
    return StandingView.model_validate(values | {"service": one.target.service})


def _run(done: Execution, offer: Proposal) -> RunView:
    action = offer.plan.action
    return RunView.model_validate(
        {
            "execution_id": done.id,
            "incident_id": done.incident_id,
            "service": action.target.service,
            "text": describe(action),
            "state": done.state,
            "since": done.started_at or done.created_at,
        }
    )


def proposals(dossier: Dossier) -> list[ProposalView]:
    """Those that wait for a decision first, the most promising first; then the others as they come."""
    pending = sorted((one for one in dossier.proposals if one.state == "pending"), key=lambda one: one.place)
    return [_proposal(one) for one in (*pending, *(one for one in dossier.proposals if one.state != "pending"))]


def _proposal(one: Proposal) -> ProposalView:
    """Without the target's options: they are the actuator's own and no business of the page."""
    action = one.plan.action
    fields = set(ProposalView.model_fields) - {"action", "undoable", "changes", "approvals"}
    return ProposalView.model_validate(
        {name: getattr(one, name) for name in fields}
        | {
            "action": ActionView(
                text=describe(action),
                verb=action.verb,
                service=action.target.service,
                target=action.target.kind,
                replicas=action.replicas,
                revision=action.revision,
                instance=action.instance,
            ),
            "changes": [ChangeView.model_validate(change) for change in one.plan.changes],
            "approvals": [ApprovalView.model_validate(yes) for yes in one.approvals],
            "undoable": one.plan.inverse is not None,
        }
    )
