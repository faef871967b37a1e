"""The rules that keep actions safe, whoever approves them. Pure: times come in as epoch seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from actions.model import Action, Plan, State, Target

Risk = Literal["low", "medium", "high"]

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one service allows. `cooldown` is in seconds and counts from the start of the last execution."""

    min_replicas: int = 1
    max_replicas: int = 10
    cooldown: float = 600.0
    max_per_hour: int = 4


@dataclass(frozen=True, slots=True)
class Recent:
    """One execution of the past hours, on any service. `running` while its end is not known to be written."""

    target: Target
    started_at: float
    running: bool = False


def check(plan: Plan, limits: Limits, state: State, recent: Sequence[Recent], now: float) -> tuple[str, ...]:
    """Why the plan must not run, one clear line each; empty when nothing speaks against it."""
    return (*_sense(plan.action, limits, state), *_pace(plan.action.target, limits, recent, now))


def risk(plan: Plan, state: State) -> Risk:
    """How much can go wrong: what serves now, how far the action reaches, and whether it can be undone."""
    action = plan.action
    match action.verb:
        case "restart":
            return "low" if state.replicas > 1 else "medium"
        case "scale":
            return _scale_risk(action.replicas or 0, state.replicas)
        case "rollback":
            return "medium" if action.revision == _previous(state) else "high"


def _sense(action: Action, limits: Limits, state: State) -> list[str]:
    match action.verb:
        case "scale":
            return _scale(action, limits, state)
        case "rollback":
            return _rollback(action, state)
        case "restart":
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


def _pace(target: Target, limits: Limits, recent: Sequence[Recent], now: float) -> list[str]:
    refusals = []
    service = target.service
    if any(past.running and _same(past.target, target) for past in recent):
        refusals.append(f"another action is running on {service}: wait until it has ended")
    starts = [past.started_at for past in recent if past.target.service == service]
    if starts and now - max(starts) < limits.cooldown:
        left = min(limits.cooldown, limits.cooldown - (now - max(starts)))
        refusals.append(f"{service} was acted on {now - max(starts):.0f} s ago: its cooldown ends in {left:.0f} s")
    last_hour = sum(now - start < HOUR for start in starts)
    if last_hour >= limits.max_per_hour:
        refusals.append(f"{service} had {last_hour} actions in the last hour, the most allowed (max_per_hour)")
    return refusals


def _same(one: Target, other: Target) -> bool:
    """Whether both are the same workload, be it under another service's name."""
    return one.service == other.service or (one.kind == other.kind and dict(one.options) == dict(other.options))


def _scale_risk(wanted: int, present: int) -> Risk:
    if wanted * 2 < present:
        return "high"
    return "low" if present <= wanted <= 2 * max(present, 1) else "medium"


def _previous(state: State) -> str | None:
    """The revision just before the present one."""
    names = [revision.name for revision in state.revisions]
    place = names.index(state.revision) if state.revision in names else 0
    return names[place - 1] if place else None
