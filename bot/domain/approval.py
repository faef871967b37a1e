"""The approval rule: who may say yes, to exactly what, until when. Only this file makes an `ApprovedProposal`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from bot.domain import standing
from bot.domain.execution import Execution
from bot.domain.people import Click, Person
from bot.domain.policy import Policy
from bot.domain.proposals import Approval, Proposal
from bot.domain.standing import Standing

Verdict = Literal["approve", "second", "reject", "refuse"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a click amounts to, with words for the person. `second`: counted, another person must approve too."""

    verdict: Verdict
    words: str


@dataclass(frozen=True, slots=True)
class ApprovedProposal:
    """A proposal that people said yes to, and the execution that may run it. Made by `approved` alone."""

    proposal: Proposal
    execution_id: str
    fence: int


def token(digest: str) -> str:
    """The part of a proposal's digest that a button carries: 128 bits in 32 hexadecimal digits."""
    return digest[:32]


def judge(proposal: Proposal, click: Click, policy: Policy, now: float) -> Ruling:
    """What this click on this proposal amounts to. Decides nothing by display name."""
    person = click.person
    if reason := _not_open(proposal, click, policy, now):
        return Ruling("refuse", reason)
    if click.verb == "reject":
        return Ruling("reject", f"rejected by {person.words}")
    reason = _not_another(person.identity, [yes.identity for yes in proposal.approvals], policy)
    if not reason and click.verb == "stand":
        reason = _cannot_stand(proposal, policy, now)
    if reason:
        return Ruling("refuse", reason)
    if len(proposal.approvals) + 1 < policy.terms(proposal.plan.action).needed:
        return Ruling("second", f"approved by {person.words}; a second person must approve it too")
    return Ruling("approve", f"approved by {person.words}")


def _not_open(proposal: Proposal, click: Click, policy: Policy, now: float) -> str:
    """Why this person cannot decide on this proposal by this button any more; empty when they can."""
    if click.person.identity not in policy.terms(proposal.plan.action).approvers:
        return f"{click.person.words} may not decide here: ask an approver, or be added to the config"
    if proposal.state != "pending":
        return _decided(proposal)
    if now >= proposal.expires_at:
        return "this proposal has expired; a new one is offered when the problem lasts"
    if token(click.digest) != token(proposal.digest) or proposal.digest != policy.seal(proposal.plan):
        return "the plan or the rules behind this button have changed; use the newest message"
    return ""


def _cannot_stand(proposal: Proposal, policy: Policy, now: float) -> str:
    if not standing.allowed(proposal, policy) or proposal.standing_until is None:
        return "this cannot be approved in advance: it is of high risk, or two people must approve it each time"
    return "" if now < proposal.standing_until else "the time until which this would be approved is over"


def can_be_two(approvers: Iterable[str], policy: Policy) -> bool:
    """Whether two of these could approve something together."""
    return any(not _not_another(one, [other], policy) for one, other in combinations(sorted(approvers), 2))


def _not_another(identity: str, before: Sequence[str], policy: Policy) -> str:
    """Why this approver does not count beside those before; empty when it is surely another person.

    One person may have an account on each surface. Two accounts are two people when both are named in the config,
    differently, or when they are of one surface, where each person has one.
    """
    for other in before:
        named = [policy.people.get(one) for one in (identity, other)]
        if identity == other or (named[0] is not None and named[0] == named[1]):
            return "you have approved this already; another person must approve it too"
        if None in named and identity.partition(":")[0] != other.partition(":")[0]:
            return (
                "nobody can say that you are not the one who approved it first: approve on the same surface, "
                "or name both people under approvals.people in the config"
            )
    return ""


def signed(proposal: Proposal, person: Person, now: float, standing: str = "") -> Proposal:
    """The proposal with this person's yes added; `standing`: the id of the standing approval that is given with it."""
    approval = Approval(person.identity, person.words, now, standing)
    return replace(proposal, approvals=(*proposal.approvals, approval))


def signed_before(proposal: Proposal, given: Standing, now: float) -> Proposal:
    """The proposal with the yes that somebody gave in advance."""
    approval = Approval(given.identity, f"{given.words}, in advance", now, given.id)
    return replace(proposal, approvals=(*proposal.approvals, approval))


def approved(proposal: Proposal, policy: Policy, begun: Execution, now: float) -> ApprovedProposal:
    """What `Execute` may run: made from a claimed row, by the policy of now.

    Raises:
        PermissionError: the row is not approved, or not any more what was approved; the text says why.
    """
    if proposal.state != "approved" or begun.proposal_id != proposal.id:
        raise PermissionError(f"proposal {proposal.id} is {proposal.state}, not approved")
    if now >= proposal.expires_at:
        raise PermissionError("the approval expired before it could run")
    terms = policy.terms(proposal.plan.action)
    if gone := [yes.words for yes in proposal.approvals if yes.identity not in terms.approvers]:
        raise PermissionError(f"{gone[0]} may not approve this any more")
    people = [yes.identity for yes in proposal.approvals]
    same = any(_not_another(one, people[:place], policy) for place, one in enumerate(people))
    if same or len(people) < terms.needed:
        raise PermissionError("not enough people approved it")
    if proposal.digest != policy.seal(proposal.plan):
        raise PermissionError("the plan or the rules are not those that were approved")
    return ApprovedProposal(proposal, begun.id, begun.fence)


def _decided(proposal: Proposal) -> str:
    who = " and ".join(approval.words for approval in proposal.approvals) or proposal.decided_by
    return f"already {proposal.state}" + (f" by {who}" if who else "")
