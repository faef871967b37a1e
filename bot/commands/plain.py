"""Cards and incidents as plain text and Markdown, for terminals and reports."""

import re

from actions.model import describe
from bot.domain import moments
from bot.domain.card import Card
from bot.domain.dossier import Dossier
from bot.domain.execution import WORDS
from bot.domain.render import Renderer, before_after
from bot.domain.words import duration, inert, moment

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def plain(card: Card) -> str:
    """A card as text; control characters in it can do nothing to the terminal."""
    card = moments.flattened(card)
    lines = [card.title]
    for section in card.sections:
        lines += ["", section.heading, *(f"  {line}" for line in section.lines)]
    if card.footer:
        lines += ["", card.footer]
    return "\n".join(inert(line) for line in lines)


def report(dossier: Dossier, renderer: Renderer) -> str:
    """A post-incident report in Markdown."""
    one = dossier.incident
    zone = renderer.zone
    ended = moment(one.resolved_at, zone) if one.resolved_at else "still open"
    lasted = f" ({duration(one.resolved_at - one.onset)})" if one.resolved_at else ""
    cause = one.diagnosis
    rows = {
        "Incident": one.id,
        "Severity": one.severity,
        "Onset": moment(one.onset, zone),
        "Noticed": moment(one.opened_at, zone),
        "Ended": f"{ended}{lasted}",
        "Services": ", ".join(one.services),
    }
    parts = [
        f"# {_md(one.title)}",
        "\n".join(["| | |", "|---|---|", *(f"| {name} | {_md(value)} |" for name, value in rows.items())]),
        "## Probable cause",
        _md(cause.summary) + f" (words by {cause.by if cause.author == 'model' else 'rules'})"
        if cause
        else "Not known.",
        "## Evidence",
        _list([f"{piece.id}: {piece.text}" for piece in one.evidence]),
        "## Actions",
        _list(_actions(dossier)),
        "## Timeline",
        _list([f"{moment(event.at, zone)} {event.text} ({event.actor})" for event in dossier.events]),
    ]
    return "\n\n".join(parts) + "\n"


def _actions(dossier: Dossier) -> list[str]:
    proposals = {one.id: one for one in dossier.proposals}
    lines = []
    for done in dossier.executions:
        proposal = proposals[done.proposal_id]
        who = ", ".join(yes.words for yes in proposal.approvals)
        lines.append(f"{describe(proposal.plan.action)}, approved by {who}: {done.state} {done.error}".rstrip())
        for outcome in dossier.outcomes:
            if outcome.execution_id == done.id:
                lines.append(f"{WORDS[outcome.result]} after {duration(outcome.took)}: {outcome.reason}")
                lines += [before_after(measure) for measure in outcome.measures]
    return lines


def _list(lines: list[str]) -> str:
    return "\n".join(f"* {_md(line)}" for line in lines) or "None."


def _md(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", inert(text))
