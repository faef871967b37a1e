"""What happened to an incident, as marks beside the course of its series: on the page and in chat alike. Pure."""

from dataclasses import dataclass
from typing import Literal

from actions.model import describe
from bot.domain.dossier import Dossier
from bot.domain.evidence import Evidence
from bot.domain.execution import WORDS

MarkKind = Literal["onset", "deployment", "action", "recovered", "not_recovered", "resolved"]
VERDICTS: frozenset[MarkKind] = frozenset({"recovered", "not_recovered"})
"""What a look after an action came to; `not_recovered` stands for whatever is not good news."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment, epoch seconds, with its words; `label` says the same in two or three."""

    at: float
    kind: MarkKind
    text: str
    label: str


def happened(dossier: Dossier) -> tuple[Mark, ...]:
    """Onset, deployments, actions, verdicts and the end, oldest first."""
    one = dossier.incident
    actions = {proposal.id: proposal.plan.action for proposal in dossier.proposals}
    found = [Mark(one.onset, "onset", "onset", "onset")]
    found += [_deployment(piece) for piece in one.evidence if piece.kind == "deployment"]
    for done in dossier.executions:
        if done.started_at is not None and done.proposal_id in actions:
            words = describe(actions[done.proposal_id])
            found.append(Mark(done.started_at, "action", words, words))
    for outcome in dossier.outcomes:
        kind: MarkKind = "recovered" if outcome.result == "recovered" else "not_recovered"
        words = WORDS[outcome.result]
        found.append(Mark(outcome.at, kind, f"{words}: {outcome.reason}", words.lower()))
    if one.resolved_at is not None:
        found.append(Mark(one.resolved_at, "resolved", "resolved", "resolved"))
    return tuple(sorted(found, key=lambda mark: (mark.at, mark.kind, mark.text)))


def _deployment(piece: Evidence) -> Mark:
    return Mark(piece.at, "deployment", piece.text, f"{piece.service} {piece.subject or 'deployed'}")
