"""What one person sees at a glance: what is open, and what waits for a decision, with its buttons."""

from bot.domain import buttons
from bot.domain.card import Card, Section
from bot.domain.render import STATE, Renderer
from bot.domain.words import count, duration
from bot.ports.store import Unit

MOST = 10
"""Incidents and proposals, each, that are shown."""


async def home(unit: Unit, renderer: Renderer, now: float) -> Card:
    """Open incidents, the newest first, and pending proposals."""
    live = [one for one in await unit.incidents.live(now) if one.state != "resolved"]
    pending = sorted(await unit.ledger.pending(), key=lambda one: (one.created_at, one.place))
    about = {one.id: one for one in live}
    lines = tuple(
        f"{one.id} {one.title} · {STATE[one.state]} for {duration(now - one.onset)}"
        + (f" · {one.ack.words} looks after it" if one.ack else "")
        for one in sorted(live, key=lambda one: -one.opened_at)[:MOST]
    )
    waiting = tuple(
        f"{about[one.incident_id].title if one.incident_id in about else one.incident_id}: {one.reason}"
        for one in pending[:MOST]
    )
    title = count(len(live), "open incident") if live else "All quiet"
    sections = (Section("Open", lines), Section("Waiting for a decision", waiting))
    return Card(
        "warning" if live else "good",
        f"{title}, {count(len(pending), 'proposal')} waiting" if pending else title,
        tuple(section for section in sections if section.lines),
        tuple(button for one in pending[:MOST] for button in buttons.of_proposal(one, renderer.zone)),
        link=renderer.page,
    )
