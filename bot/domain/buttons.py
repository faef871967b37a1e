"""The buttons of an incident and of its proposals."""

from datetime import tzinfo

from actions.model import describe
from bot.domain import approval
from bot.domain.card import Button
from bot.domain.incident import Incident
from bot.domain.proposals import Proposal
from bot.domain.words import until_time

SILENCES = (("1 h", "1h"), ("4 h", "4h"), ("until tomorrow", "tomorrow"))
"""For how long an incident's services can be silenced by a button: the label, and the words that `spans` reads."""


def of_proposal(proposal: Proposal, zone: tzinfo) -> tuple[Button, ...]:
    """The buttons of a pending proposal, bound to exactly its plan and rules; a scaling may have another number."""
    key, action = approval.token(proposal.digest), proposal.plan.action
    approve = Button("approve", f"Approve: {describe(action)}"[:75], proposal.id, key)
    reject = Button("reject", "Reject", proposal.id, key)
    adjust = [Button("adjust", "Another number …", proposal.incident_id)] if action.verb == "scale" else []
    if proposal.standing_until is None:
        return approve, reject, *adjust
    until = until_time(proposal.standing_until, zone)
    words = f"Approve every {action.verb} of {action.target.service}"
    return approve, Button("stand", f"{words[: 68 - len(until)]} until {until}", proposal.id, key), reject, *adjust


def of_incident(one: Incident) -> tuple[Button, ...]:
    """What people can say of an incident at this moment."""
    is_open = one.state != "resolved"
    care = [Button("ack", "Ack", one.id)] if is_open and one.ack is None else []
    harmless = [] if "harmless" in one.verdicts.values() else [Button("harmless", "Not a problem", one.id)]
    silence = [Button("silence", label, one.id, words) for label, words in SILENCES if is_open]
    judge = [Button("helpful", "Helpful", one.id), Button("wrong", "Wrong", one.id)] if one.diagnosis else []
    return (*care, *harmless, *silence, *judge)
