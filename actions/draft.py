"""The dry run that all actuators share: an action held against a target's state gives a plan. Pure.

The plan depends on nothing but the action and what it changes, never on the time or on what comes and goes by itself
(readiness, restarts): planning twice against an unchanged target gives the same digest.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from actions.model import Action, ActuatorError, Change, Plan, Revision, State, Verb, describe


def draft(action: Action, state: State, verbs: Sequence[Verb]) -> Plan:
    """The plan of this action.

    Raises:
        ActuatorError: the action makes no sense on a target in this state.
    """
    if action.verb not in verbs:
        raise ActuatorError(f"cannot {describe(action)}: this target knows only {', '.join(verbs)}")
    match action.verb:
        case "restart":
            return _restart(action, state)
        case "scale":
            return _scale(action, state)
        case "rollback":
            return _rollback(action, state)
        case "evict":
            return _evict(action, state)
        case "cordon" | "uncordon":
            return _cordon(action, state)


def _restart(action: Action, state: State) -> Plan:
    present = f"{state.replicas} of revision {state.revision}" if state.revision else str(state.replicas)
    return Plan(action, state.version, (Change("replicas", present, f"{present}, started anew"),))


def _scale(action: Action, state: State) -> Plan:
    wanted = action.replicas
    if wanted is None or wanted < 0:
        raise ActuatorError(f"cannot scale {action.target.service}: no number of replicas was given")
    if wanted == state.replicas:
        raise ActuatorError(f"cannot {describe(action)}: it already has that many")
    change = Change("replicas", str(state.replicas), str(wanted))
    return Plan(action, state.version, (change,), Action("scale", action.target, replicas=state.replicas))


def _rollback(action: Action, state: State) -> Plan:
    wanted, present = action.revision, state.revision
    here = {revision.name: revision for revision in state.revisions}
    if not wanted or wanted not in here:
        known = ", ".join(here) or "none"
        raise ActuatorError(f"cannot {describe(action)}: there is no such revision; there are {known}")
    if wanted == present:
        raise ActuatorError(f"cannot {describe(action)}: that is what runs now")
    change = Change("revision", _named(here.get(present)), _named(here[wanted]))
    inverse = Action("rollback", action.target, revision=present) if present in here else None
    return Plan(action, state.version, (change,), inverse)


def _evict(action: Action, state: State) -> Plan:
    here = {one.name: one for one in state.instances}
    if action.instance not in here:
        raise ActuatorError(f"cannot {describe(action)}: it is not among {', '.join(here) or 'its instances'}")
    change = Change(f"instance {action.instance}", f"on {here[action.instance].node or 'a node'}", "stopped, then anew")
    return Plan(action, state.version, (change,))


def _cordon(action: Action, state: State) -> Plan:
    nodes = {one.node for one in state.instances}
    if not action.instance or (action.verb == "cordon" and action.instance not in nodes):
        raise ActuatorError(f"cannot {describe(action)}: {action.target.service} runs nothing on that node")
    words = ("takes new instances", "takes none; what runs on it stays")
    before, after = words if action.verb == "cordon" else words[::-1]
    back = Action("uncordon" if action.verb == "cordon" else "cordon", action.target, instance=action.instance)
    return Plan(action, state.version, (Change(f"node {action.instance}", before, after),), back)


def _named(revision: Revision | None) -> str:
    """The revision with its image and when it was deployed; not how old it is, for that changes by itself."""
    if revision is None:
        return "unrecorded"
    at = datetime.fromtimestamp(revision.deployed_at, UTC) if revision.deployed_at else None
    facts = [*([revision.detail] if revision.detail else []), *([f"of {at:%Y-%m-%d %H:%M} UTC"] if at else [])]
    return f"{revision.name} ({', '.join(facts)})" if facts else revision.name
