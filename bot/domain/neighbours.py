"""Noisy neighbours: services that take much of a node on which something else is unwell."""

from collections.abc import Collection, Iterable, Mapping

from actions.model import State
from bot.domain.evidence import Evidence
from bot.domain.pack import GRACE, sentence
from bot.domain.signals import Signal
from bot.domain.topology import Topology

HUNGRY = frozenset({"process_cpu", "process_memory"})
"""Queries that say how much of its node a service takes."""


def hungry(signals: Iterable[Signal]) -> list[Signal]:
    """Those that fire because a service takes more than it normally does."""
    return [one for one in signals if one.firing and one.query in HUNGRY and one.value > (one.expected or 0.0)]


def find(
    takers: Iterable[Signal], unwell: Collection[str], onset: float, states: Mapping[str, State], topology: Topology
) -> list[Evidence]:
    """A piece of evidence for every taker that shares a node with an unwell service which it has nothing to do with.

    Args:
        takers: what `hungry` gave, from any incident.
        unwell: the services of the incident at hand.
        onset: when its trouble began; who began to take more only later is not to blame.
        states: by service, with the nodes of their instances.
        topology: between caller and callee trouble travels by itself.
    """
    found: dict[tuple[str, str], Evidence] = {}
    for taker in takers:
        others = set(unwell) - topology.near([taker.service])
        for node in sorted(_nodes(states, taker.service)):
            beside = sorted(other for other in others if node in _nodes(states, other))
            if beside and taker.onset <= onset + GRACE:
                text = f"{sentence(taker)}, and it shares node {node} with {', '.join(beside)}"
                piece = Evidence("", "neighbour", taker.service, text, taker.onset, 0.9, node)
                found.setdefault((taker.service, node), piece)
    return list(found.values())


def _nodes(states: Mapping[str, State], service: str) -> set[str]:
    return {one.node for one in states[service].instances if one.node} if service in states else set()
