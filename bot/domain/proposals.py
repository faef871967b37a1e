"""Actions offered on targets: which one fits the cause, with its reason, risk and expiry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from actions.guard import Limits
from actions.model import Action, Plan, Revision, State, Target, Verb
from bot.domain.pack import DEPLOYMENT_WINDOW
from bot.domain.suspects import Suspect
from bot.domain.words import count, listing

ProposalState = Literal["pending", "approved", "rejected", "expired", "void"]


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's yes to exactly one digest. `standing`: the id of the standing approval that it came from, if any."""

    identity: str
    words: str
    at: float
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action offered on a target, not yet allowed. `digest` seals the plan and the rules it was offered under.

    risk, prior, reach: how much can go wrong, how often it helped before, and whom it touches, in words.
    undoes: the execution that this is the way back from, if any.
    standing_until: until when the same may be approved in advance; None: it may not be.
    place: among the proposals of one look; 0 is the most promising.
    """

    id: str
    incident_id: str
    plan: Plan
    digest: str
    reason: str
    risk: str
    prior: str
    reach: str
    created_at: float
    expires_at: float
    state: ProposalState = "pending"
    approvals: tuple[Approval, ...] = ()
    decided_by: str = ""
    decided_at: float | None = None
    undoes: str = ""
    standing_until: float | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that fits a suspect, and why."""

    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """What speaks for an action.

    suspect: the best one.
    onset: when the trouble began, epoch seconds.
    load: how many times its normal traffic the service gets; 1 when that is not known.
    """

    suspect: Suspect
    onset: float
    load: float = 1.0


def propose(case: Case, target: Target, state: State, limits: Limits) -> tuple[Offer, ...]:
    """The actions that fit the cause, best first; none when nothing sensible can be done.

    Args:
        case: the suspect and what else is known.
        target: where its service runs.
        state: what the target says of itself.
        limits: the service's bounds.
    """
    suspect = case.suspect
    verbs: dict[str, tuple[Verb, ...]] = {
        "deployment": ("rollback",),
        "crash": ("rollback", "restart") if _young(state, case.onset) else ("restart",),
        "leak": ("restart",),
        "overload": ("scale",),
        "fault": ("restart",),
    }
    offers = (
        _offer(verb, suspect, target, state, _replicas(state, limits, case.load)) for verb in verbs[suspect.cause]
    )
    return tuple(offer for offer in offers if offer is not None)


def reach(action: Action, state: State, callers: Sequence[str]) -> str:
    """The blast radius in words: what share of the capacity it touches, and who calls the service."""
    who = f"called by {listing(list(callers))}" if callers else "called by no known service"
    match action.verb:
        case "scale":
            share = f"its capacity, from {count(state.replicas, 'replica')} to {action.replicas}"
        case "evict":
            share = f"one of its {count(state.replicas, 'replica')}"
        case "cordon" | "uncordon":
            there = sum(one.node == action.instance for one in state.instances)
            share = f"everything that is started on {action.instance}, where {there} of its instances run"
        case _:
            share = (
                f"all {count(state.replicas, 'replica')}, one after the other"
                if state.replicas > 1
                else "its only replica"
            )
    return f"touches {share}; {who}"


def previous(state: State) -> Revision | None:
    """The revision that ran before the present one."""
    names = [revision.name for revision in state.revisions]
    place = names.index(state.revision) if state.revision in names else 0
    return state.revisions[place - 1] if place > 0 else None


def _young(state: State, onset: float) -> bool:
    """Whether the present revision was deployed so shortly before the onset that it may be the reason."""
    deployed = [revision.deployed_at for revision in state.revisions if revision.name == state.revision]
    return previous(state) is not None and any(onset - at <= DEPLOYMENT_WINDOW for at in deployed)


def _replicas(state: State, limits: Limits, load: float) -> int:
    wanted = max(state.replicas + 1, round(state.replicas * min(load, 3.0) + 0.4))
    return min(wanted, limits.max_replicas)


def _offer(verb: Verb, suspect: Suspect, target: Target, state: State, replicas: int) -> Offer | None:
    service = suspect.service
    match verb:
        case "rollback":
            back = previous(state)
            if back is None:
                return None
            reason = f"{service} has been unwell since {state.revision} was deployed; {back.name} ran before it"
            return Offer(Action("rollback", target, revision=back.name), reason)
        case "scale":
            if replicas <= state.replicas:
                return None
            reason = f"{service} gets more traffic than {count(state.replicas, 'replica')} can serve"
            return Offer(Action("scale", target, replicas=replicas), reason)
        case "restart":
            reason = {
                "leak": f"a restart of {service} frees the memory that it keeps taking",
                "crash": f"{service} does not stay up; a restart gives it a clean start",
            }.get(suspect.cause, f"{service} is where the trouble starts; a restart is the mildest cure")
            return Offer(Action("restart", target), reason)
        case _:
            return None


def expired(proposals: Sequence[Proposal], now: float) -> tuple[Proposal, ...]:
    """The pending ones whose time is over."""
    return tuple(one for one in proposals if one.state == "pending" and now >= one.expires_at)
