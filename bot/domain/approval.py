"""The approval rule: who may say yes, to exactly what, until when. Only this file makes an `ApprovedProposal`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.people import Click, Person
from bot.domain.proposals import Approval, Proposal

Verdict = Literal["approve", "second", "reject", "refuse"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may approve, by surface and stable id, and which verbs need two people. `expires_after` is in seconds."""

    approvers: frozenset[str]
    two_people_for: frozenset[str]
    expires_after: float = 1800.0


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
    """The part of a plan's digest that a button carries: 128 bits in 32 hexadecimal digits."""
    return digest[:32]


def judge(proposal: Proposal, click: Click, policy: Policy, now: float) -> Ruling:
    """What this click on this proposal amounts to. Decides nothing by display name."""
    if click.person.identity not in policy.approvers:
        return Ruling("refuse", f"{click.person.words} may not decide here: ask an approver, or be added to the config")
    if proposal.state != "pending":
        return Ruling("refuse", _decided(proposal))
    if now >= proposal.expires_at:
        return Ruling("refuse", "this proposal has expired; a new one is offered when the problem lasts")
    if token(click.digest) != token(proposal.plan.digest):
        return Ruling("refuse", "the plan behind this button has changed; use the newest message")
    if click.verb == "reject":
        return Ruling("reject", f"rejected by {click.person.words}")
    if any(approval.identity == click.person.identity for approval in proposal.approvals):
        return Ruling("refuse", "you have approved this already; another person must approve it too")
    if len(proposal.approvals) + 1 < needed(proposal, policy):
        return Ruling("second", f"approved by {click.person.words}; a second person must approve it too")
    return Ruling("approve", f"approved by {click.person.words}")


def needed(proposal: Proposal, policy: Policy) -> int:
    """How many people must approve."""
    return 2 if proposal.plan.action.verb in policy.two_people_for else 1


def signed(proposal: Proposal, person: Person, now: float) -> Proposal:
    """The proposal with this person's yes added."""
    approval = Approval(person.identity, person.words, now)
    return replace(proposal, approvals=(*proposal.approvals, approval))


def approved(proposal: Proposal, execution_id: str, fence: int) -> ApprovedProposal:
    """What `Execute` may run: made from a claimed row.

    Raises:
        PermissionError: the row was not approved, or the plan is not the one that was approved.
    """
    if proposal.state != "approved" or not proposal.approvals:
        raise PermissionError(f"proposal {proposal.id} is {proposal.state}, not approved")
    if proposal.digest != proposal.plan.digest:
        raise PermissionError(f"proposal {proposal.id}: the plan is not the one that was approved")
    return ApprovedProposal(proposal, execution_id, fence)


def approvers(by_surface: Mapping[str, list[str | int]]) -> frozenset[str]:
    """The config's approvers as identities."""
    return frozenset(f"{surface}:{one}" for surface, ids in by_surface.items() for one in ids)


def _decided(proposal: Proposal) -> str:
    who = " and ".join(approval.words for approval in proposal.approvals) or proposal.decided_by
    return f"already {proposal.state}" + (f" by {who}" if who else "")
