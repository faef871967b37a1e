"""Which version of each service runs, as its target tells it."""

from actions.model import State
from bot.domain.card import Card, Section
from bot.domain.render import Renderer
from bot.domain.words import count, moment
from bot.flow.fleet import Fleet

MOST = 5
"""Revisions that are told of one service."""


async def deploys(fleet: Fleet, renderer: Renderer, service: str) -> Card:
    """The running version of each service with a target; of one service, its newest versions."""
    names = [service] if service else sorted(fleet.targets)
    states = await fleet.states(names)
    if service:
        if service not in fleet.targets:
            known = ", ".join(sorted(fleet.targets)[:10]) or "none"
            return Card("info", f"{service[:40]!r} has no target in the config; those that have: {known}")
        if service in states:
            return Card("info", f"{service} runs {states[service].revision}", (_history(states[service], renderer),))
    lines = tuple(_line(name, states.get(name), renderer) for name in names)
    return Card("info", f"Versions of {count(len(lines), 'service')}", (Section("Running now", lines),))


def _line(name: str, state: State | None, renderer: Renderer) -> str:
    if state is None:
        return f"{name}: its target does not answer"
    since = [one.deployed_at for one in state.revisions if one.name == state.revision]
    when = f" since {moment(since[-1], renderer.zone)}" if since else ""
    before = f", before: {state.previous.name}" if state.previous else ""
    return f"{name}: {state.revision}{when}{before}; {state.ready} of {state.replicas} ready"


def _history(state: State, renderer: Renderer) -> Section:
    lines = [
        f"{one.name}, {moment(one.deployed_at, renderer.zone)} {one.detail}".rstrip()
        for one in reversed(state.revisions[-MOST:])
    ]
    return Section("Newest first", tuple(lines))
