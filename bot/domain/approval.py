"""The approval rule: who may say yes, to exactly what, until when. Only this file makes an `ApprovedProposal`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.domain.people import Click, Person
from bot.domain.proposals import Approval, Proposal

Verdict = Literal["approve", "second", "reject", "refuse"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may approve, by surface and stable id, and which verbs need two people. `expires_after` is in seconds.

    people: identities that are known to be one person's, each with that person's name.
    """

    approvers: frozenset[str]
    two_people_for: frozenset[str]
    expires_after: float = 1800.0
    people: Mapping[str, str] = field(default_factory=dict)


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
    if reason := _not_another(click.person.identity, [yes.identity for yes in proposal.approvals], policy):
        return Ruling("refuse", reason)
    if len(proposal.approvals) + 1 < needed(proposal, policy):
        return Ruling("second", f"approved by {click.person.words}; a second person must approve it too")
    return Ruling("approve", f"approved by {click.person.words}")


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


def approvers(by_surface: Mapping[str, Sequence[str | int]]) -> frozenset[str]:
    """The config's approvers as identities."""
    return frozenset(f"{surface}:{one}" for surface, ids in by_surface.items() for one in ids)


def _decided(proposal: Proposal) -> str:
    who = " and ".join(approval.words for approval in proposal.approvals) or proposal.decided_by
    return f"already {proposal.state}" + (f" by {who}" if who else "")
