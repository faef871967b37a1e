"""Which incident a signal belongs to, with the reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.incident import Incident
from bot.domain.signals import Signal
from bot.domain.topology import Topology


@dataclass(frozen=True, slots=True)
class Rules:
    """window: seconds after an incident's last signal in which a new one can join it.

    reopen: seconds after its end in which a signal continues a resolved incident.
    hops: how many calls away a service may be.
    """

    window: float = 900.0
    reopen: float = 600.0
    hops: int = 2


@dataclass(frozen=True, slots=True)
class Assignment:
    """What to do with a signal. `incident` is set unless `move` is open or drop. `storm`: what opens is a storm."""

    move: Literal["open", "attach", "reopen", "drop"]
    reason: str
    incident: Incident | None = None
    storm: bool = False


def assign(signal: Signal, incidents: Sequence[Incident], topology: Topology, now: float, rules: Rules) -> Assignment:
    """Finds the incident of a signal: its own, a near one in time and in the call graph, or a new one.

    Args:
        signal: what began or ended to fire.
        incidents: the open ones and those resolved a short while ago.
        topology: who calls whom.
        now: epoch seconds.
        rules: how near is near.
    """
    holders = [one for one in incidents if signal.key in one.signals]
    for one in holders:
        if one.state != "resolved":
            return Assignment("attach", "it is one of this incident's signals", one)
    if not signal.firing:
        return Assignment("drop", "it cleared before it belonged to an incident")
    for one in sorted(incidents, key=lambda one: (one.state == "resolved", -one.signalled_at)):
        if reason := _near(signal, one, topology, now, rules):
            return Assignment("reopen" if one.state == "resolved" else "attach", reason, one)
    if signal.held:
        return Assignment("drop", "it is of a resource, alone, and did not last: it waits for company")
    return Assignment("open", "no open incident is near it in time and in the call graph")


def _near(signal: Signal, incident: Incident, topology: Topology, now: float, rules: Rules) -> str:
    if incident.resolved_at is not None and now - incident.resolved_at > rules.reopen:
        return ""
    if incident.resolved_at is None and now - incident.signalled_at > rules.window:
        return ""
    if signal.service in incident.services:
        again = signal.key in incident.signals
        if incident.state == "resolved":
            return "the same signal came back soon after the end" if again else ""
        return f"{signal.service} is already part of it"
    if incident.state == "resolved":
        return ""
    linked = sorted(topology.near([signal.service], rules.hops) & set(incident.services))
    return f"{signal.service} is within {rules.hops} calls of {linked[0]}" if linked else ""
