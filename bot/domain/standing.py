"""Standing approvals: a person's yes to one kind of action on one target until a time, for the night say."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from actions.model import Action, Target, Verb
from bot.domain.policy import Policy
from bot.domain.proposals import Proposal

SHORTEST = timedelta(hours=1)
"""A standing approval lasts at least so long: one for ten minutes would be a surprise in the morning."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Given by one person for one verb on one target. Times are epoch seconds.

    identity, words: who gave it.
    replicas: the most that a scaling under it may ask for.
    used: how many actions ran under it.
    ended: why it ended early; empty while it holds.
    """

    id: str
    verb: Verb
    target: Target
    identity: str
    words: str
    given_at: float
    until: float
    replicas: int | None = None
    used: int = 0
    ended: str = ""


def ends(now: float, at: time | None, zone: tzinfo) -> float | None:
    """When a standing approval given now would end: the next such time of day that is an hour away; None: never given.

    A time of day that the clocks skip or repeat is taken as Python's zoneinfo does (PEP 495, fold 0).
    """
    if at is None:
        return None
    here = datetime.fromtimestamp(now, zone)
    end = datetime.combine(here.date(), at, zone)
    while end.timestamp() - now < SHORTEST.total_seconds():
        end = datetime.combine(end.date() + timedelta(days=1), at, zone)
    return end.timestamp()


def allowed(proposal: Proposal, policy: Policy) -> bool:
    """Whether a standing approval may cover this: never high risk, what two people must approve, or the way back."""
    alone = policy.terms(proposal.plan.action).needed == 1
    return policy.standing_until is not None and alone and proposal.risk != "high" and not proposal.undoes


def lapsed(standing: Standing, policy: Policy) -> bool:
    """Whether the config has taken from the giver what the standing approval rests on."""
    return standing.identity not in policy.terms(Action(standing.verb, standing.target)).approvers


def covers(standing: Standing, proposal: Proposal, policy: Policy, now: float) -> bool:
    """Whether a standing approval is a yes to this proposal: by the policy of now, by somebody who still may."""
    action = proposal.plan.action
    return (
        (standing.verb, standing.target) == (action.verb, action.target)
        and (action.replicas or 0) <= (standing.replicas or 0)
        and not standing.ended
        and now < standing.until
        and not lapsed(standing, policy)
        and allowed(proposal, policy)
    )
