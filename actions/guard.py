"""The rules that keep actions safe, whoever approves them. Pure: times come in as epoch seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from actions.model import Action, Plan, State, Target

Risk = Literal["low", "medium", "high"]

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one service allows. `cooldown` is in seconds and counts from the start of the last execution.

    min_healthy: how many replicas must stay ready while an action runs; 0: an action may take the last one.
    """

    min_replicas: int = 1
    max_replicas: int = 10
    cooldown: float = 600.0
    max_per_hour: int = 4
    min_healthy: int = 0


@dataclass(frozen=True, slots=True)
class Recent:
    """One execution of the past hours, on any service. `running` while its end is not known to be written."""

    target: Target
    started_at: float
    running: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What was done up to now, and how many actions an hour all services together may have."""

    recent: Sequence[Recent]
    now: float
    max_per_hour: int = 20


def fits(action: Action, limits: Limits, state: State) -> tuple[str, ...]:
    """Why the action must not be done to a target in this state, one clear line each; empty when nothing speaks."""
    return (*_sense(action, limits, state), *_capacity(action, limits, state))


def pace(target: Target, limits: Limits, history: History) -> tuple[str, ...]:
    """Why nothing must be done to the target so soon after what was done; empty when nothing speaks against it."""
    return (*_busy(target, history), *_rested(target.service, limits, history), *_in_all(history))


def risk(plan: Plan, state: State) -> Risk:
    """How much can go wrong: what serves now, how far the action reaches, and whether it can be undone."""
    action = plan.action
    match action.verb:
        case "restart":
            return "low" if state.at_once < state.replicas > 1 else "medium"
        case "scale":
            return _scale_risk(action.replicas or 0, state.replicas)
        case "rollback":
            back = state.previous
            return "medium" if action.revision == (back.name if back else None) else "high"
        case "evict":
            return "low" if state.ready > 1 else "medium"
        case "cordon":
            return "high"
        case "uncordon":
            return "low"


def _sense(action: Action, limits: Limits, state: State) -> list[str]:
    match action.verb:
        case "scale":
            return _scale(action, limits, state)
        case "rollback":
            return _rollback(action, state)
        case _:
            return []


def _capacity(action: Action, limits: Limits, state: State) -> list[str]:
    """An eviction takes one; a restart or a roll-back, as many as the target takes at once; scaling down, the rest."""
    match action.verb:
        case "cordon" | "uncordon":
            lost = 0
        case "scale":
            lost = max(0, state.ready - max(0, action.replicas or 0))
        case "evict":
            lost = int(any(one.ready for one in state.instances if one.name == action.instance))
        case _:
            lost = min(state.at_once, state.ready)
    left = state.ready - lost
    if lost and left < limits.min_healthy:
        service = action.target.service
        return [
            f"{service} would have {left} healthy replicas for a while, fewer than {limits.min_healthy} (min_healthy)"
        ]
    return []


def _scale(action: Action, limits: Limits, state: State) -> list[str]:
    wanted, service = action.replicas, action.target.service
    if wanted is None:
        return [f"scaling {service} needs a number of replicas"]
    if wanted < 1:
        return [f"scaling {service} to {wanted} would stop it: that is never offered"]
    if wanted == state.replicas:
        return [f"{service} already has {wanted} replicas"]
    if wanted < limits.min_replicas:
        return [f"{wanted} replicas are below the {limits.min_replicas} that {service} must keep (min_replicas)"]
    if wanted > limits.max_replicas:
        return [f"{wanted} replicas are above the {limits.max_replicas} that {service} may have (max_replicas)"]
    return []


def _rollback(action: Action, state: State) -> list[str]:
    wanted, service = action.revision, action.target.service
    if not wanted:
        return [f"rolling back {service} needs a revision"]
    if wanted == state.revision:
        return [f"{service} already runs revision {wanted}"]
    known = [revision.name for revision in state.revisions]
    if wanted not in known:
        return [f"{service} has no revision {wanted}; it has {', '.join(known) or 'none'}"]
    return []


def _busy(target: Target, history: History) -> list[str]:
    if any(past.running and _same(past.target, target) for past in history.recent):
        return [f"another action is running on {target.service}: wait until it has ended"]
    return []


def _rested(service: str, limits: Limits, history: History) -> list[str]:
    refusals = []
    ages = [history.now - past.started_at for past in history.recent if past.target.service == service]
    if ages and min(ages) < limits.cooldown:
        left = min(limits.cooldown, limits.cooldown - min(ages))
        refusals.append(f"{service} was acted on {min(ages):.0f} s ago: its cooldown ends in {left:.0f} s")
    if (last_hour := sum(age < HOUR for age in ages)) >= limits.max_per_hour:
        refusals.append(f"{service} had {last_hour} actions in the last hour, the most allowed (max_per_hour)")
    return refusals


def _in_all(history: History) -> list[str]:
    last_hour = sum(history.now - past.started_at < HOUR for past in history.recent)
    if last_hour >= history.max_per_hour:
        return [f"there were {last_hour} actions in the last hour, the most allowed in all (actions.max_per_hour)"]
    return []


def _same(one: Target, other: Target) -> bool:
    """Whether both are the same workload, be it under another service's name."""
    return one.service == other.service or (one.kind == other.kind and dict(one.options) == dict(other.options))


def _scale_risk(wanted: int, present: int) -> Risk:
    if wanted * 2 < present:
        return "high"
    return "low" if present <= wanted <= 2 * max(present, 1) else "medium"
