"""Why an open incident offers nothing: people ask that first."""

from actions.model import describe
from bot.domain.diagnosis import INCONCLUSIVE
from bot.domain.dossier import Dossier


def unoffered(dossier: Dossier) -> tuple[str, ...]:
    """Why nothing waits for a decision; empty when something does, while it is looked at, or when all is decided."""
    one = dossier.incident
    looking = one.due & {"investigate", "offer"}
    if one.state != "open" or looking or any(proposal.state == "pending" for proposal in dossier.proposals):
        return ()
    if not one.firing:
        return ("nothing is abnormal any more",)
    if said := _refused(dossier):
        return said
    newest = max(dossier.proposals, key=lambda proposal: proposal.created_at, default=None)
    if newest is not None and newest.state in {"rejected", "expired"}:
        by = f" by {newest.decided_by}" if newest.decided_by else ""
        return (f"{describe(newest.plan.action)} was {newest.state}{by}" if by else "the last proposal has expired",)
    best = one.suspects[0] if one.suspects else None
    if best is None or best.confidence < INCONCLUSIVE:
        return ("no service stands out as the cause",)
    return (f"no action fits what is wrong with {best.service}, or the config names no target for it",)


def _refused(dossier: Dossier) -> tuple[str, ...]:
    """What was said of actions that are not offered, since something last was; the newest first."""
    since = max((event.at for event in dossier.events if event.kind in {"proposed", "approved"}), default=0.0)
    said = [
        event.text.removeprefix("Nothing to offer: ")
        for event in reversed(dossier.events)
        if event.kind == "refused" and event.actor == "steward" and event.at >= since
    ]
    return tuple(dict.fromkeys(said))[:3]
