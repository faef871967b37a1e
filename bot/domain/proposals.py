"""Actions offered on targets: which one fits the cause, with its reason, risk and expiry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from actions.guard import Limits
from actions.model import Action, Instance, Plan, State, Target, Verb
from bot.domain.pack import DEPLOYMENT_WINDOW
from bot.domain.suspects import Suspect
from bot.domain.words import count, listing

PLACES = ("workload", "container", "compose_service", "unit", "service", "namespace", "project", "cluster", "region")
"""Options that say where a target is; the others are how to get there."""

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
    node: where the suspect stands in the way of others; empty when it does not.
    """

    suspect: Suspect
    onset: float
    load: float = 1.0
    node: str = ""


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
        "crash": ("rollback", "evict", "restart") if _young(state, case.onset) else ("evict", "restart"),
        "leak": ("restart",),
        "overload": ("scale",),
        "neighbour": ("evict", "cordon"),
        "fault": ("evict", "restart"),
    }
    offers = (_offer(verb, case, target, state, limits) for verb in verbs[suspect.cause])
    return tuple(offer for offer in offers if offer is not None)


def wished(offer: Offer, replicas: int | None) -> Offer:
    """A scaling with the number that a person wants; other offers as they are."""
    if replicas is None or offer.action.verb != "scale" or offer.action.replicas == replicas:
        return offer
    return Offer(replace(offer.action, replicas=replicas), f"{offer.reason}; a person asked for {replicas}")


def reach(action: Action, state: State, callers: Sequence[str]) -> str:
    """The blast radius in words: where, what share of the capacity it touches, and who calls the service."""
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
            names = f" ({listing([one.name for one in state.instances])})" if 0 < len(state.instances) <= 5 else ""
            share = (
                f"all {count(state.replicas, 'replica')}{names}{_pace(state)}"
                if state.replicas > 1
                else f"its only replica{names}"
            )
    return f"touches {share}; {who}; {place(action.target)}"


def place(target: Target) -> str:
    """Where a target is: `kubernetes deployment/checkout, namespace shop`."""
    given = {name: target.options[name] for name in PLACES if isinstance(target.options.get(name), str)}
    named = [f"{target.kind} {one}" if not at else f"{name} {one}" for at, (name, one) in enumerate(given.items())]
    return ", ".join(named) or target.kind


def _pace(state: State) -> str:
    """How many replicas go at the same time, at worst."""
    if state.at_once >= state.replicas:
        return " at once"
    paces = {0: "each replaced before it goes", 1: "one after the other"}
    return f", {paces.get(state.at_once, f'{state.at_once} at a time')}"


def _young(state: State, onset: float) -> bool:
    """Whether the present revision was deployed so shortly before the onset that it may be the reason."""
    deployed = [revision.deployed_at for revision in state.revisions if revision.name == state.revision]
    return state.previous is not None and any(onset - at <= DEPLOYMENT_WINDOW for at in deployed)


def _replicas(state: State, limits: Limits, load: float) -> int:
    wanted = max(state.replicas + 1, round(state.replicas * min(load, 3.0) + 0.4))
    return min(wanted, limits.max_replicas)


def _odd(case: Case, state: State) -> Instance | None:
    """The one instance to move away: the one on the node it takes from others, or the only one that is unwell."""
    if case.node:
        return next((one for one in state.instances if one.node == case.node), None)
    unwell = [one for one in state.instances if not one.ready]
    return unwell[0] if len(unwell) == 1 and len(state.instances) > 1 else None


def _offer(verb: Verb, case: Case, target: Target, state: State, limits: Limits) -> Offer | None:
    suspect, service = case.suspect, case.suspect.service
    match verb:
        case "rollback":
            back = state.previous
            if back is None:
                return None
            reason = f"{service} has been unwell since {state.revision} was deployed; {back.name} ran before it"
            return Offer(Action("rollback", target, revision=back.name), reason)
        case "scale":
            replicas = _replicas(state, limits, case.load)
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
            return _cordon(case, target) if verb == "cordon" else _evict(case, target, state)


def _cordon(case: Case, target: Target) -> Offer | None:
    if not case.node:
        return None
    reason = f"while {case.suspect.service} takes node {case.node} for itself, nothing more should be started there"
    return Offer(Action("cordon", target, instance=case.node), reason)


def _evict(case: Case, target: Target, state: State) -> Offer | None:
    odd, service = _odd(case, state), case.suspect.service
    if odd is None:
        return None
    others = count(len(state.instances) - 1, "other instance")
    reason = (
        f"{service} takes node {case.node} away from what runs beside it; elsewhere there may be room"
        if case.node
        else f"only {odd.name} is unwell, {others} of {service} {'is' if others.startswith('1 ') else 'are'} not"
    )
    return Offer(Action("evict", target, instance=odd.name), reason)


def expired(proposals: Sequence[Proposal], now: float) -> tuple[Proposal, ...]:
    """The pending ones whose time is over."""
    return tuple(one for one in proposals if one.state == "pending" and now >= one.expires_at)
